import { Readable } from 'node:stream';
import { Slots } from '@logs-collector/runtime/slots';
import { isBlobKey } from '../blob-key.js';
import type { AppendOptions, AppendResult, BlobStore, ByteRange, ListedPartial } from '../blob-store.js';
import { BlobStoreError } from '../blob-store-error.js';
import { assertRange, resolveRange } from '../byte-range.js';
import { SlabPool } from '../slab-pool.js';
import { appendNothing, appendToParts, takeTurn } from './append.js';
import { assemble } from './assembly.js';
import { endForgottenMultiparts, removeForgottenBytes } from './forgotten.js';
import { partBytesFor } from './part-size.js';
import { abortPartial, commitPartial } from './partial-ends.js';
import { StoredRecord } from './partial-record.js';
import { PartialState } from './partial-state.js';
import { Pointers } from './pointers.js';
import { readObject } from './read-object.js';
import { S3Bucket, type S3Patience, type S3Place } from './s3-bucket.js';
import { isAbsent, isPreconditionFailed, told } from './s3-errors.js';
import { homePrefix, PARTIALS, PROBE_NAME, recordName } from './s3-layout.js';

const DEFAULT_DURABLE_INTERVAL_MS = 10_000;
const DEFAULT_SLABS = 32;
/** One that is being filled, and two on their way, so that the line is never idle. */
const SLABS_PER_SHARE = 3;
const PARALLEL_ASSEMBLIES = 2;
/** The answer to a probe is good for so long: orchestrators ask every few seconds, and each costs two requests. */
const PROBE_MAX_AGE_MS = 10_000;

export interface S3BlobStoreOptions {
  readonly place: S3Place;
  readonly patience?: S3Patience;
  /** The largest blob there will be; decides how much of one part is held in memory. */
  readonly maxBlobBytes: number;
  /** Parts in memory at a time, over all uploads of the process. */
  readonly slabs?: number;
  /** However slow an upload: bytes that arrived are durable about this long after. */
  readonly durableIntervalMs?: number;
  readonly now?: () => number;
}

/** Blobs in a bucket of an S3-compatible service; s3-layout.ts says where what lies. Any number of processes may use it. */
export class S3BlobStore implements BlobStore {
  readonly kind = 's3';
  readonly #bucket: S3Bucket;
  readonly #pointers: Pointers;
  readonly #slabs: SlabPool;
  readonly #assemblies = new Slots(PARALLEL_ASSEMBLIES);
  readonly #maxBlobBytes: number;
  readonly #durableIntervalMs: number;
  readonly #now: () => number;
  #probe: { at: number; done: Promise<void> } | undefined;

  private constructor(options: S3BlobStoreOptions) {
    this.#now = options.now ?? Date.now;
    this.#bucket = new S3Bucket(options.place, options.patience);
    this.#pointers = new Pointers(this.#bucket, this.#now);
    this.#maxBlobBytes = options.maxBlobBytes;
    this.#durableIntervalMs = options.durableIntervalMs ?? DEFAULT_DURABLE_INTERVAL_MS;
    this.#slabs = new SlabPool({
      slabs: options.slabs ?? DEFAULT_SLABS,
      slabBytes: partBytesFor(options.maxBlobBytes),
      slabsPerShare: SLABS_PER_SHARE,
    });
  }

  /** Refuses a place that cannot be written, or whose server takes no heed of conditions. */
  static async open(options: S3BlobStoreOptions): Promise<S3BlobStore> {
    const store = new S3BlobStore(options);
    try {
      await told('open the store', () => store.#proveConditions());
      return store;
    } catch (error) {
      store.close();
      throw error;
    }
  }

  close(): void {
    this.#bucket.close();
  }

  probe(): Promise<void> {
    const now = Date.now();
    if (this.#probe === undefined || now - this.#probe.at > PROBE_MAX_AGE_MS) {
      const done = told('write to the store', () => this.#probeNow());
      this.#probe = { at: now, done };
      // Only good news is kept.
      done.catch(() => {
        this.#probe = undefined;
      });
    }
    return this.#probe.done;
  }

  /** A bucket has no end; a quota shows only when it is reached. */
  async space(): Promise<undefined> {
    return undefined;
  }

  begin(partial: string): Promise<void> {
    return told('begin a partial', () => StoredRecord.begin(this.#bucket, partial));
  }

  append(
    partial: string,
    offset: number,
    source: AsyncIterable<Uint8Array>,
    options: AppendOptions,
  ): Promise<AppendResult> {
    return told('append to a partial', async () => {
      const state = await takeTurn(this.#bucket, partial, offset, options.epoch);
      const context = {
        bucket: this.#bucket,
        slabs: this.#slabs,
        assemblies: this.#assemblies,
        durableIntervalMs: this.#durableIntervalMs,
        maxBlobBytes: this.#maxBlobBytes,
      };
      return state.wholeBytes === undefined
        ? appendToParts(context, state, offset, source, options)
        : appendNothing(context, offset, source, options);
    });
  }

  partialSize(partial: string): Promise<number | undefined> {
    return told('look at a partial', async () => (await this.#findState(partial))?.sizeBytes);
  }

  /** Parts of a multipart upload cannot be read: a partial that has some is put together, and takes no more bytes. */
  readPartial(partial: string, range?: ByteRange): Readable {
    recordName(partial);
    assertRange(range);
    return Readable.from(this.#readPartial(partial, range), { objectMode: false });
  }

  commit(partial: string, key: string, sidecar: string, sizeBytes: number): Promise<void> {
    const context = { bucket: this.#bucket, pointers: this.#pointers, assemblies: this.#assemblies, now: this.#now };
    return told('commit a partial', () => commitPartial(context, { partial, key, sidecar, sizeBytes }));
  }

  abort(partial: string): Promise<void> {
    return told('remove a partial', () => abortPartial(this.#bucket, this.#pointers, partial));
  }

  async *listPartials(): AsyncGenerator<ListedPartial> {
    for (const { name, modifiedAt } of await told('list the partials', () => this.#bucket.listAll(PARTIALS))) {
      const key = name.slice(PARTIALS.length);
      if (isBlobKey(key)) yield { key, changedAt: () => this.#changedAt(key, modifiedAt) };
    }
  }

  size(key: string): Promise<number | undefined> {
    return told('look at a blob', async () => {
      const pointer = await this.#pointers.find(key);
      return pointer && this.#bucket.size(homePrefix(pointer.home) + pointer.object);
    });
  }

  read(key: string, range?: ByteRange): Readable {
    recordName(key);
    assertRange(range);
    return Readable.from(this.#readBlob(key, range), { objectMode: false });
  }

  readSidecar(key: string): Promise<string | undefined> {
    return told('read a sidecar', () => this.#pointers.readSidecar(key));
  }

  delete(key: string): Promise<void> {
    return told('delete a blob', () => this.#pointers.deleteBlob(key));
  }

  quarantine(key: string): Promise<void> {
    return told('quarantine a blob', () => this.#pointers.quarantine(key));
  }

  purgeQuarantine(olderThan: number): Promise<number> {
    return told('purge the quarantine', () => this.#pointers.purgeQuarantine(olderThan));
  }

  async *list(): AsyncGenerator<{ key: string; sizeBytes: number; modifiedAt: number }> {
    yield* await told('list the blobs', () => this.#pointers.listBlobs());
  }

  sweep(olderThan: number): Promise<number> {
    return told('remove what was forgotten', async () => {
      const ended = await endForgottenMultiparts(this.#bucket, olderThan);
      return ended + (await removeForgottenBytes(this.#bucket, olderThan));
    });
  }

  async *#readPartial(partial: string, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
    const action = 'read a partial';
    const state = await told(action, () => this.#stateOf(partial));
    const sizeBytes = range?.end ?? state.sizeBytes;
    const whole = resolveRange(range, sizeBytes);
    if (state.wholeBytes === undefined && state.wholePartsBelow(sizeBytes) === 0) {
      yield* state.streamSegments(whole.start, whole.end);
      return;
    }
    const { object } = await told(action, () => assemble(this.#bucket, state, sizeBytes, this.#assemblies));
    yield* readObject(this.#bucket, homePrefix(state.home) + object, whole, action);
  }

  async *#readBlob(key: string, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
    const action = 'read a blob';
    const pointer = await told(action, () => this.#pointers.find(key));
    if (pointer === undefined) throw new BlobStoreError('not_found', 'there is no such blob');
    const name = homePrefix(pointer.home) + pointer.object;
    yield* readObject(this.#bucket, name, resolveRange(range, pointer.sizeBytes), action);
  }

  /** The record stays as it is while an append stores bytes. */
  async #changedAt(partial: string, recordChangedAt: number): Promise<number | undefined> {
    const state = await told('look at a partial', () => this.#findState(partial));
    return state && Math.max(recordChangedAt, state.writtenAt);
  }

  async #findState(partial: string): Promise<PartialState | undefined> {
    const record = await StoredRecord.find(this.#bucket, partial);
    return record && PartialState.read(this.#bucket, record);
  }

  async #stateOf(partial: string): Promise<PartialState> {
    const state = await this.#findState(partial);
    if (state === undefined) throw new BlobStoreError('not_found', 'there is no such partial');
    return state;
  }

  async #probeNow(): Promise<void> {
    await this.#bucket.put(PROBE_NAME, 'probe');
    await this.#bucket.delete([PROBE_NAME]);
  }

  /** Replicas keep each other's records whole by conditional writes; a server that ignores them would lose bytes. */
  async #proveConditions(): Promise<void> {
    await this.#bucket.put(PROBE_NAME, 'probe');
    const isHeeded = await this.#bucket.put(PROBE_NAME, 'probe', { ifMatch: '"0"' }).then(
      () => false,
      (error: unknown) => {
        // Another replica that starts at this moment may have taken the object away; Amazon then says just that.
        if (isPreconditionFailed(error) || isAbsent(error)) return true;
        throw error;
      },
    );
    await this.#bucket.delete([PROBE_NAME]);
    if (!isHeeded) throw new BlobStoreError('io_failed', 'the service does not heed If-Match, which replicas need');
  }
}
