import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ReadError } from './read-error.js';
import { type Compression, compressionOf, otherThanText } from './text-format.js';
import { type FramePart, ZstdFrames } from './zstd-frames.js';

/** The bytes of an archive as they are stored, from that one on. */
export type OpenBytes = (start: number) => Readable;

export interface TextOptions {
  /** Where reading begins: bytes of the text, decompressed. */
  readonly from?: number;
  /** Told how many of the stored bytes have been read. */
  readonly onRead?: (bytes: number) => void;
  /** For tests. */
  readonly limits?: ReadLimits;
}

export interface ReadLimits {
  readonly maxTextBytes: number;
  readonly maxRatio: number;
  /** The ratio counts from here on, as the beginning of a log may well be far beyond it. */
  readonly freeBytes: number;
  /** Frames of Zstandard that may be as small as they like. */
  readonly freeFrames: number;
}

const HEAD_BYTES = 64 * 1_024;
/** Of a decompressed piece: each is a turn of a thread, and with small ones the turns take longer than the work. */
const PIECE = { chunkSize: 128 * 1_024 };
const MIB = 1_024 * 1_024;

export const READ_LIMITS: ReadLimits = {
  maxTextBytes: 20 * 1_024 * MIB,
  maxRatio: 1_000,
  freeBytes: 64 * MIB,
  freeFrames: 10_000,
};

/** What a frame of Zstandard has at least, in the average, once there are many: each costs a decompressor of its own. */
const MIN_FRAME_BYTES = 64;

/** How the text is compressed. Throws a `ReadError` where it is no text that can be read line by line. */
export async function inspectText(open: OpenBytes): Promise<Compression> {
  const stored = await headOf(open(0));
  const compression = compressionOf(stored);
  const head = compression === 'none' ? stored : await headOf(bytesOf(open(0), compression, READ_LIMITS, upTo(MIB)));
  const other = otherThanText(head);
  if (other === undefined) return compression;
  throw new ReadError('not_text', `It is ${compression === 'none' ? '' : 'compressed, and within it '}${other}.`);
}

/** Told what has been read, throws where that is more: no text takes so much before its first lines. */
function upTo(maxBytes: number): (bytes: number) => void {
  let readBytes = 0;
  return (bytes) => {
    readBytes += bytes;
    if (readBytes > maxBytes) throw new ReadError('too_large', 'It begins with more that is no text than is read.');
  };
}

/** The text in the pieces in which it comes. Keeps one of them in memory, whatever the size. */
export async function* readText(
  open: OpenBytes,
  compression: Compression,
  { from = 0, onRead, limits = READ_LIMITS }: TextOptions = {},
): AsyncGenerator<Uint8Array> {
  const isPlain = compression === 'none';
  let storedBytes = isPlain ? from : 0;
  const noteRead = (bytes: number): void => {
    storedBytes += bytes;
    onRead?.(storedBytes);
  };
  let textBytes = isPlain ? from : 0;
  for await (const piece of bytesOf(open(isPlain ? from : 0), compression, limits, noteRead)) {
    const unwanted = Math.min(Math.max(0, from - textBytes), piece.length);
    textBytes += piece.length;
    requireWithin(limits, textBytes, storedBytes);
    if (unwanted < piece.length) yield piece.subarray(unwanted);
  }
}

/** Ends both streams when it is left early. */
async function* bytesOf(
  stored: Readable,
  compression: Compression,
  { freeFrames }: ReadLimits = READ_LIMITS,
  onRead: (bytes: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  let storeFailure: unknown;
  const source = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stored as AsyncIterable<Uint8Array>) {
        onRead(chunk.length);
        yield chunk;
      }
    } catch (error) {
      storeFailure = error;
      throw error;
    }
  };
  try {
    if (compression === 'none') yield* source();
    else yield* compression === 'gzip' ? decompressed(source(), createGunzip(PIECE)) : zstdText(source(), freeFrames);
  } catch (cause) {
    if (cause instanceof ReadError) throw cause;
    throw (
      storeFailure ??
      new ReadError('damaged', 'It is damaged or cut off: it cannot be decompressed to its end.', { cause })
    );
  }
}

async function* decompressed(bytes: AsyncIterable<Uint8Array>, decompressor: Transform): AsyncGenerator<Uint8Array> {
  const pumping = pipeline(bytes, decompressor).catch(() => undefined);
  try {
    yield* decompressor as AsyncIterable<Uint8Array>;
  } finally {
    decompressor.destroy();
    await pumping;
  }
}

/** Frame by frame. */
async function* zstdText(bytes: AsyncGenerator<Uint8Array>, freeFrames: number): AsyncGenerator<Uint8Array> {
  let storedBytes = 0;
  const parts = partsOf(bytes, (length) => {
    storedBytes += length;
  });
  try {
    let frames = 0;
    for (let first = await parts.next(); !first.done; first = await parts.next()) {
      frames += 1;
      if (frames > freeFrames && storedBytes < frames * MIN_FRAME_BYTES) {
        throw new ReadError('too_large', 'It consists of more frames than are read.');
      }
      yield* decompressed(restOfFrame(first.value, parts), createZstdDecompress(PIECE));
    }
  } finally {
    await bytes.return(undefined);
  }
}

async function* partsOf(bytes: AsyncIterable<Uint8Array>, onPart: (bytes: number) => void): AsyncGenerator<FramePart> {
  const frames = new ZstdFrames();
  for await (const chunk of bytes) {
    for (const part of frames.push(chunk)) {
      onPart(part.bytes.length);
      yield part;
    }
  }
}

async function* restOfFrame(first: FramePart, parts: AsyncGenerator<FramePart>): AsyncGenerator<Uint8Array> {
  yield first.bytes;
  for (let { isLast } = first; !isLast; ) {
    const next = await parts.next();
    if (next.done) return;
    yield next.value.bytes;
    isLast = next.value.isLast;
  }
}

async function headOf(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of bytes) {
    parts.push(part);
    length += part.length;
    if (length >= HEAD_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, HEAD_BYTES);
}

function requireWithin(
  { maxTextBytes, maxRatio, freeBytes }: ReadLimits,
  textBytes: number,
  storedBytes: number,
): void {
  if (textBytes > maxTextBytes || (textBytes > freeBytes && textBytes > storedBytes * maxRatio)) {
    throw new ReadError('too_large', 'It decompresses to more than is read.');
  }
}
