import { BlobStoreError } from '../blob-store-error.js';
import type { StoredRecord } from './partial-record.js';
import { readObject } from './read-object.js';
import type { ListedPart, S3Bucket } from './s3-bucket.js';
import { isNoSuchUpload } from './s3-errors.js';
import { homePrefix, parseSegment, type Segment, segmentName, WHOLE, wholeName } from './s3-layout.js';
import { coveredFrom, slicesOf } from './segment-chain.js';

type Part = Omit<ListedPart, 'modifiedAt'>;

/**
 * Everything that the service knows of a partial, read anew by whoever goes on with it. Its bytes are whole parts of a
 * multipart upload from the beginning on, and behind them segments; once it was put together, one object.
 */
export class PartialState {
  private constructor(
    private readonly bucket: S3Bucket,
    readonly record: StoredRecord,
    /** By their numbers, those of an earlier append that do not count any more included. */
    private readonly parts: Map<number, Part>,
    private known: Segment[],
    /** Bytes of the object that it was put together to. */
    readonly wholeBytes: number | undefined,
    /** Its multipart upload was ended by somebody else, with all parts. */
    readonly isMultipartGone: boolean,
    /** When the last of its bytes were stored, epoch ms; 0 where there are none. */
    readonly writtenAt: number,
  ) {}

  static async read(bucket: S3Bucket, record: StoredRecord): Promise<PartialState> {
    const { home, multipart } = record.value;
    const [parts, objects] = await Promise.all([
      multipart ? listParts(bucket, wholeName(home), multipart.uploadId) : undefined,
      bucket.listAll(homePrefix(home)),
    ]);
    const named = objects.map(({ name, sizeBytes }) => ({ object: name.slice(homePrefix(home).length), sizeBytes }));
    return new PartialState(
      bucket,
      record,
      new Map(parts?.map((part) => [part.number, part])),
      named.flatMap(({ object }) => parseSegment(object) ?? []),
      named.find(({ object }) => object === WHOLE)?.sizeBytes,
      multipart !== undefined && parts === undefined,
      [...objects, ...(parts ?? [])].reduce((latest, { modifiedAt }) => Math.max(latest, modifiedAt), 0),
    );
  }

  get segments(): readonly Segment[] {
    return this.known;
  }

  get epoch(): number {
    return this.record.value.epoch;
  }

  get home(): string {
    return this.record.value.home;
  }

  /** The size of all parts but the last; 0 as long as there is no multipart upload. */
  get partBytes(): number {
    return this.record.value.multipart?.partBytes ?? 0;
  }

  /** Bytes that stand in it. */
  get sizeBytes(): number {
    if (this.wholeBytes !== undefined) return this.wholeBytes;
    if (this.record.value.end !== undefined) return this.record.value.end;
    let count = 0;
    while (this.isWholePart(count + 1)) count += 1;
    return coveredFrom(this.known, count * this.partBytes);
  }

  /** Whether it holds every byte below `offset` in such a way that writing can go on there. */
  reaches(offset: number): boolean {
    if (!(Number.isSafeInteger(offset) && offset >= 0)) return false;
    if (this.wholeBytes !== undefined) return offset === this.wholeBytes;
    const count = this.wholePartsBelow(offset);
    return this.hasParts(count) && coveredFrom(this.known, count * this.partBytes, offset) >= offset;
  }

  /** How many whole parts lie below that place. */
  wholePartsBelow(offset: number): number {
    return this.partBytes === 0 ? 0 : Math.floor(offset / this.partBytes);
  }

  /** Whether parts are left that lie beyond that place. */
  hasPartsBeyond(offset: number): boolean {
    return Math.max(0, ...this.parts.keys()) > this.wholePartsBelow(offset);
  }

  addPart(part: Part): void {
    this.parts.set(part.number, part);
  }

  addSegment(segment: Segment): void {
    this.known.push(segment);
  }

  forgetSegments(gone: readonly Segment[]): void {
    const names = new Set(gone);
    this.known = this.known.filter((segment) => !names.has(segment));
  }

  /** The first parts, for putting the object together. */
  firstParts(count: number): Part[] {
    if (!this.hasParts(count)) throw lost();
    return [...this.parts.values()].filter(({ number }) => number <= count).sort((a, b) => a.number - b.number);
  }

  /** The bytes from `start` to before `end`, which lie in segments, in memory. */
  async readSegments(start: number, end: number): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafeSlow(end - start);
    let place = 0;
    for await (const chunk of this.streamSegments(start, end)) place += Buffer.from(chunk).copy(bytes, place);
    if (place !== bytes.byteLength) throw lost();
    return bytes;
  }

  async *streamSegments(start: number, end: number): AsyncGenerator<Uint8Array> {
    const slices = slicesOf(this.known, start, end);
    if (slices === undefined) throw lost();
    for (const { segment, from, to } of slices) {
      yield* readObject(this.bucket, segmentName(this.home, segment), { start: from, end: to }, 'read a segment');
    }
  }

  private isWholePart(number: number): boolean {
    return this.partBytes > 0 && this.parts.get(number)?.sizeBytes === this.partBytes;
  }

  private hasParts(count: number): boolean {
    for (let number = 1; number <= count; number += 1) if (!this.isWholePart(number)) return false;
    return true;
  }
}

/** Some that we had stored are gone, by somebody else's doing. */
export function lost(): BlobStoreError {
  return new BlobStoreError('io_failed', 'bytes of the partial are gone from the bucket');
}

async function listParts(bucket: S3Bucket, name: string, uploadId: string): Promise<ListedPart[] | undefined> {
  try {
    return await bucket.listParts(name, uploadId);
  } catch (error) {
    if (isNoSuchUpload(error)) return undefined;
    throw error;
  }
}
