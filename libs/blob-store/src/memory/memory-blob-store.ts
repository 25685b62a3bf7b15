import { Readable } from 'node:stream';
import { assertBlobKey } from '../blob-key.js';
import type {
  AppendInterruption,
  AppendOptions,
  AppendResult,
  BlobStore,
  ByteRange,
  ListedPartial,
} from '../blob-store.js';
import { BlobStoreError } from '../blob-store-error.js';
import { assertRange, requireBytes, resolveRange } from '../byte-range.js';
import { SourceReader } from '../source-reader.js';

interface StoredBlob {
  bytes: Buffer;
  sidecar: string;
  modifiedAt: number;
}

interface StoredPartial {
  bytes: Buffer;
  epoch: number;
  modifiedAt: number;
}

export interface MemoryBlobStoreOptions {
  /** Partials and blobs together hold no more; without it there is no limit. */
  capacityBytes?: number;
  now?: () => number;
}

/** A store for the tests of its callers. It keeps the same promises as the others, for as long as the process lives. */
export class MemoryBlobStore implements BlobStore {
  readonly kind = 'memory';
  readonly #partials = new Map<string, StoredPartial>();
  readonly #blobs = new Map<string, StoredBlob>();
  readonly #quarantine: { key: string; blob: StoredBlob; at: number }[] = [];
  readonly #capacityBytes: number | undefined;
  readonly #now: () => number;

  constructor(options: MemoryBlobStoreOptions = {}) {
    this.#capacityBytes = options.capacityBytes;
    this.#now = options.now ?? Date.now;
  }

  async probe(): Promise<void> {}

  async space(): Promise<{ totalBytes: number; freeBytes: number } | undefined> {
    return this.#capacityBytes === undefined
      ? undefined
      : { totalBytes: this.#capacityBytes, freeBytes: this.#freeBytes() };
  }

  async begin(partial: string): Promise<void> {
    assertBlobKey(partial);
    if (!this.#partials.has(partial)) {
      this.#partials.set(partial, { bytes: Buffer.alloc(0), epoch: 0, modifiedAt: this.#now() });
    }
  }

  async append(
    partial: string,
    offset: number,
    source: AsyncIterable<Uint8Array>,
    options: AppendOptions,
  ): Promise<AppendResult> {
    const earlier = this.#partial(partial);
    if (options.epoch < earlier.epoch) {
      throw new BlobStoreError('superseded', 'a later writer has come');
    }
    const size = earlier.bytes.byteLength;
    if (!(Number.isSafeInteger(offset) && offset >= 0 && offset <= size)) {
      throw new BlobStoreError('offset_beyond_end', `there is no offset ${offset} in a partial of ${size} bytes`);
    }
    // Another object than an earlier writer may still have in hands.
    const target = { bytes: earlier.bytes.subarray(0, offset), epoch: options.epoch, modifiedAt: earlier.modifiedAt };
    this.#partials.set(partial, target);
    const reader = new SourceReader(source, options.signal);
    try {
      const interrupted = await this.#pump(target, reader, options);
      const end = target.bytes.byteLength;
      if (this.#partials.get(partial) !== target) {
        return { offset: end, interrupted: { reason: 'superseded' } };
      }
      return interrupted === undefined ? { offset: end } : { offset: end, interrupted };
    } finally {
      reader.close();
    }
  }

  async partialSize(partial: string): Promise<number | undefined> {
    assertBlobKey(partial);
    return this.#partials.get(partial)?.bytes.byteLength;
  }

  readPartial(partial: string, range?: ByteRange): Readable {
    assertBlobKey(partial);
    assertRange(range);
    const bytes = this.#partials.get(partial)?.bytes;
    return streamOf(bytes, range, true);
  }

  async commit(partial: string, key: string, sidecar: string, sizeBytes: number): Promise<void> {
    assertBlobKey(partial);
    assertBlobKey(key);
    const source = this.#partials.get(partial);
    const target = this.#blobs.get(key);
    if (source !== undefined && target !== undefined) {
      throw new BlobStoreError('key_taken', 'the key has other bytes already');
    }
    if (target !== undefined) {
      requireBytes(sizeBytes, target.bytes.byteLength);
      target.sidecar = sidecar;
      return;
    }
    const { bytes } = this.#partial(partial);
    requireBytes(sizeBytes, bytes.byteLength);
    this.#blobs.set(key, { bytes: bytes.subarray(0, sizeBytes), sidecar, modifiedAt: this.#now() });
    this.#partials.delete(partial);
  }

  async abort(partial: string): Promise<void> {
    assertBlobKey(partial);
    this.#partials.delete(partial);
  }

  async *listPartials(): AsyncGenerator<ListedPartial> {
    for (const key of [...this.#partials.keys()]) {
      yield { key, changedAt: async () => this.#partials.get(key)?.modifiedAt };
    }
  }

  async size(key: string): Promise<number | undefined> {
    assertBlobKey(key);
    return this.#blobs.get(key)?.bytes.byteLength;
  }

  read(key: string, range?: ByteRange): Readable {
    assertBlobKey(key);
    assertRange(range);
    return streamOf(this.#blobs.get(key)?.bytes, range);
  }

  async readSidecar(key: string): Promise<string | undefined> {
    assertBlobKey(key);
    return this.#blobs.get(key)?.sidecar;
  }

  async delete(key: string): Promise<void> {
    assertBlobKey(key);
    this.#blobs.delete(key);
  }

  async quarantine(key: string): Promise<void> {
    assertBlobKey(key);
    const blob = this.#blobs.get(key);
    if (blob !== undefined) {
      this.#blobs.delete(key);
      this.#quarantine.push({ key, blob, at: this.#now() });
    }
  }

  async purgeQuarantine(olderThan: number): Promise<number> {
    const kept = this.#quarantine.filter(({ at }) => at >= olderThan);
    const purged = this.#quarantine.length - kept.length;
    this.#quarantine.splice(0, this.#quarantine.length, ...kept);
    return purged;
  }

  async sweep(): Promise<number> {
    return 0;
  }

  async *list(): AsyncGenerator<{ key: string; sizeBytes: number; modifiedAt: number }> {
    for (const [key, { bytes, modifiedAt }] of [...this.#blobs]) {
      yield { key, sizeBytes: bytes.byteLength, modifiedAt };
    }
  }

  async #pump(
    target: StoredPartial,
    reader: SourceReader,
    options: AppendOptions,
  ): Promise<AppendInterruption | undefined> {
    const { signal } = options;
    let room = options.maxBytes;
    for (;;) {
      const pulled = await reader.next();
      if (pulled.kind === 'ended') {
        return undefined;
      }
      if (pulled.kind === 'stopped' || (pulled.kind === 'failed' && signal.aborted)) {
        return { reason: 'aborted', cause: signal.reason };
      }
      if (pulled.kind === 'failed') {
        return { reason: 'source_failed', cause: pulled.cause };
      }
      const allowed = pulled.bytes.subarray(0, room);
      const kept = allowed.subarray(0, this.#freeBytes());
      try {
        await this.#keep(target, kept, options);
      } catch (cause) {
        return { reason: 'io_failed', cause };
      }
      room -= kept.byteLength;
      if (kept.byteLength < allowed.byteLength) {
        return { reason: 'no_space' };
      }
      if (allowed.byteLength < pulled.bytes.byteLength) {
        return { reason: 'limit_exceeded' };
      }
    }
  }

  async #keep(target: StoredPartial, bytes: Uint8Array, { digests = [], onDurable }: AppendOptions): Promise<void> {
    if (bytes.byteLength === 0) {
      return;
    }
    target.bytes = Buffer.concat([target.bytes, bytes]);
    target.modifiedAt = this.#now();
    await Promise.all(digests.map((digest) => digest.update(bytes)));
    onDurable?.(target.bytes.byteLength);
  }

  #partial(partial: string): StoredPartial {
    assertBlobKey(partial);
    const found = this.#partials.get(partial);
    if (found === undefined) {
      throw new BlobStoreError('not_found', 'there is no such partial');
    }
    return found;
  }

  #freeBytes(): number {
    if (this.#capacityBytes === undefined) {
      return Number.POSITIVE_INFINITY;
    }
    let used = 0;
    for (const { bytes } of [
      ...this.#partials.values(),
      ...this.#blobs.values(),
      ...this.#quarantine.map((q) => q.blob),
    ]) {
      used += bytes.byteLength;
    }
    return Math.max(0, this.#capacityBytes - used);
  }
}

function streamOf(bytes: Buffer | undefined, range: ByteRange | undefined, isWholeRange = false): Readable {
  const end = isWholeRange ? range?.end : undefined;
  return Readable.from(slices(bytes, range, end), { objectMode: false });
}

function* slices(bytes: Buffer | undefined, range: ByteRange | undefined, least: number | undefined) {
  if (bytes === undefined) {
    throw new BlobStoreError('not_found', 'there is no such blob');
  }
  requireBytes(least, bytes.byteLength);
  const { start, end } = resolveRange(range, bytes.byteLength);
  if (start < end) {
    yield bytes.subarray(start, end);
  }
}
