import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { LineSplitter } from './line-splitter.js';
import { compressionOf } from './text-format.js';
import { inspectText, type OpenBytes, READ_LIMITS, readText } from './text-source.js';

/** A store that gives its bytes in chunks of an awkward size. */
function stored(bytes: Uint8Array, chunkBytes = 1_000): OpenBytes {
  return (start) =>
    Readable.from(
      (function* () {
        for (let from = start; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
      })(),
      { objectMode: false },
    );
}

async function textOf(bytes: Uint8Array, from = 0, limits = READ_LIMITS): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of readText(stored(bytes), compressionOf(bytes), { from, limits })) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const numbered = (count: number) => Array.from({ length: count }, (_, number) => `line ${number}`);
const text = Buffer.from(`${numbered(5_000).join('\n')}\n`);
const half = text.length / 2;
const FORMS: [string, Uint8Array][] = [
  ['plain', text],
  ['gzip', gzipSync(text)],
  ['gzip of several members', Buffer.concat([gzipSync(text.subarray(0, half)), gzipSync(text.subarray(half))])],
  ['zstd', zstdCompressSync(text)],
  [
    'zstd of several frames',
    Buffer.concat([zstdCompressSync(text.subarray(0, half)), zstdCompressSync(text.subarray(half))]),
  ],
];

describe('A text', () => {
  it.each(FORMS)('is there as a whole: %s', async (_, bytes) => {
    expect(await textOf(bytes)).toBe(text.toString());
  });

  it.each(FORMS)('is read on from any of its bytes: %s', async (_, bytes) => {
    for (const from of [1, 23_456, text.length]) expect(await textOf(bytes, from)).toBe(text.toString().slice(from));
  });

  it('tells how much of what is stored has been read', async () => {
    const bytes = gzipSync(text);
    const told: number[] = [];
    for await (const _ of readText(stored(bytes), 'gzip', { onRead: (count) => told.push(count) }));
    expect(told.at(-1)).toBe(bytes.length);
  });

  it('that decompresses to far too much is not read to the end', async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 1_024 * 1_024, 'a\n'));
    const limits = { ...READ_LIMITS, freeBytes: 1_024 * 1_024, maxRatio: 100 };
    await expect(textOf(bomb, 0, limits)).rejects.toMatchObject({ code: 'too_large' });
    const limit = { ...READ_LIMITS, maxTextBytes: 1_000 };
    await expect(textOf(text, 0, limit)).rejects.toMatchObject({ code: 'too_large' });
  });

  it('costs no more memory for a line than it has bytes, however small the pieces in which it comes', () => {
    const splitter = new LineSplitter(1_024);
    const piece = () => new Uint8Array(new ArrayBuffer(65_536), 0, 1).fill(0x78);
    const pieces = Array.from({ length: 100 }, piece);
    expect(pieces.flatMap((bytes) => splitter.push(bytes))).toEqual([]);
    const rest = splitter.end();
    expect(Buffer.from(rest?.bytes ?? []).toString()).toBe('x'.repeat(100));
    expect(rest?.bytes.buffer.byteLength).toBeLessThanOrEqual(1_024);
    expect(pieces.some(({ buffer }) => buffer === rest?.bytes.buffer)).toBe(false);
  });

  it('in more frames of Zstandard than a text can need is not read to the end', async () => {
    const frames = Buffer.concat(Array.from({ length: 60 }, () => zstdCompressSync('x')));
    expect(await textOf(frames)).toBe('x'.repeat(60));
    await expect(textOf(frames, 0, { ...READ_LIMITS, freeFrames: 50 })).rejects.toMatchObject({ code: 'too_large' });
  });

  it('that is cut off or damaged comes as far as it is whole', async () => {
    await expect(textOf(gzipSync(text).subarray(0, 5_000))).rejects.toMatchObject({ code: 'damaged' });
  });

  it('with a frame of Zstandard that is cut off comes with an error', async () => {
    const whole = zstdCompressSync(text);
    await expect(textOf(Buffer.concat([whole, whole.subarray(0, 40)]))).rejects.toMatchObject({ code: 'damaged' });
  });

  it('fail with the error of the store, where that is what failed', async () => {
    const failure = new Error('the disk is gone');
    const open: OpenBytes = () =>
      Readable.from(
        (async function* () {
          yield gzipSync(text).subarray(0, 100);
          throw failure;
        })(),
      );
    const read = async () => {
      for await (const _ of readText(open, 'gzip'));
    };
    await expect(read()).rejects.toBe(failure);
  });

  it('ends the stream of the store when nobody wants more', async () => {
    const stream = stored(text)(0);
    for await (const _ of readText(() => stream, 'none')) break;
    expect(stream.destroyed).toBe(true);
  });
});

describe('What is no text', () => {
  const tar = Buffer.alloc(1_024);
  tar.write('ustar', 257);
  it.each([
    ['a ZIP archive', Buffer.from('PK\x03\x04rest')],
    ['a tar archive', tar],
    ['a tar archive', gzipSync(tar)],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])],
    ['bzip2', Buffer.from('BZh91AY')],
    ['UTF-16', Buffer.from([0xff, 0xfe, 0x61, 0x00])],
    ['compressed more than once', gzipSync(gzipSync(text))],
    ['a binary file', Buffer.from([1, 2, 3, 0, 4])],
    ['a binary file', Buffer.from([1, 2, 3, 4, 5])],
  ])('is called by its name: %s', async (what, bytes) => {
    await expect(inspectText(stored(bytes))).rejects.toMatchObject({
      code: 'not_text',
      message: expect.stringContaining(what),
    });
  });

  it('is not looked for without end in what decompresses to nothing', async () => {
    const nothing = gzipSync('');
    let readBytes = 0;
    const endless: OpenBytes = () =>
      Readable.from(
        (async function* () {
          for (; readBytes < 20_000_000; readBytes += 60_000)
            yield setImmediate(Buffer.alloc(3_000 * nothing.length, nothing));
        })(),
      );
    await expect(inspectText(endless)).rejects.toMatchObject({ code: 'too_large' });
    expect(readBytes).toBeLessThan(2_000_000);
  });

  it('is not a log with colours and tabs, nor one that is empty', async () => {
    expect(await inspectText(stored(Buffer.from('\u001b[31m\tred\u001b[0m\r\n')))).toBe('none');
    expect(await inspectText(stored(Buffer.alloc(0)))).toBe('none');
    expect(await inspectText(stored(zstdCompressSync(text)))).toBe('zstd');
  });
});
