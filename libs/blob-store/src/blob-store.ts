import type { Readable } from 'node:stream';
import type { RunningDigest } from './digest.js';

/**
 * Where the bytes of archives live.
 *
 * Designed against S3 and implemented on a file system too, so it promises only what both can keep: a blob is written
 * in appends as a *partial*, becomes visible as a whole by `commit`, and never changes afterwards. Keys (of partials
 * and of blobs) are made by the caller from `[0-9a-z-]`, 4 to 128 of them, never from a customer's text; any other is
 * refused as `invalid_key`.
 *
 * "Durable" means: survives a kill of the process and a power cut (as far as the device honours a flush).
 */
export interface BlobStore {
  readonly kind: 'fs' | 's3' | 'memory';

  /** Proves that the store can be written; rejects with the reason. Leaves nothing behind. */
  probe(): Promise<void>;

  /** Bytes in all and bytes still free, or undefined where the store knows no limit. */
  space(): Promise<{ totalBytes: number; freeBytes: number } | undefined>;

  /** Makes an empty partial, which need not be durable before it has bytes. Idempotent: an existing partial is left as it is. */
  begin(partial: string): Promise<void>;

  /**
   * Appends `source` to a partial at `offset`, which has to be a durable offset reported earlier (or 0). Bytes that a
   * crash left beyond `offset` are cut first. At most one append per partial at a time; the caller sees to that within
   * its process. Elsewhere an earlier writer may still be at it, or stand still: from here on nothing that it does has any effect
   * on what was durable below `offset` or is stored by this append, provided that the caller takes no offset of it for
   * durable any more. Whoever comes with a lower epoch than the partial has seen is refused as `superseded`; where the
   * partial cannot be taken from a process that stands still, this one is, as `in_use`.
   *
   * Resolves, never rejects, once the source has ended or could not go on; in either case every byte below
   * `result.offset` is durable. The source is consumed with back-pressure and never buffered as a whole.
   * Rejects with `BlobStoreError` only where nothing could be kept (no such partial, offset beyond its end), and then
   * has not touched `source`: closing it is left to the caller. A chunk is copied before the next one is asked for, so
   * the source may reuse its buffers. A source that is not read to its end has its iterator's `return` called, which
   * is not waited for: a generator that waits for its next chunk would not answer. The iterator of a Node stream then
   * destroys the stream, and a request's socket with it; where an answer is still to be sent, pass
   * `stream.iterator({ destroyOnReturn: false })`.
   */
  append(
    partial: string,
    offset: number,
    source: AsyncIterable<Uint8Array>,
    options: AppendOptions,
  ): Promise<AppendResult>;

  /** Bytes that stand in the partial, durable or not; undefined where there is no such partial. */
  partialSize(partial: string): Promise<number | undefined>;

  /**
   * The partial's bytes from `start` (default 0) to before `end` (default: its present end); fails with `io_failed` where it
   * does not reach `end`. Meant for a partial that is complete, with `end` as its size: a store may have to put it
   * together for this, after which an append of more bytes ends with `limit_exceeded`.
   */
  readPartial(partial: string, range?: ByteRange): Readable;

  /**
   * Turns a partial into the blob `key`, durably, with a sidecar document from which the database could be rebuilt.
   * Idempotent: repeating it after success, or after a crash at any point inside, completes it. The blob has the first
   * `sizeBytes` bytes of the partial, which have to be durable; fewer are refused as `io_failed`. A key that other bytes
   * already have is refused as `key_taken`.
   */
  commit(partial: string, key: string, sidecar: string, sizeBytes: number): Promise<void>;

  /** Removes a partial with all its bytes. Idempotent. */
  abort(partial: string): Promise<void>;

  /** Every partial, in no particular order. */
  listPartials(): AsyncIterable<ListedPartial>;

  /** Size in bytes, or undefined where there is no such blob. */
  size(key: string): Promise<number | undefined>;

  /** The blob's bytes from `start` to before `end`. The caller destroys the stream to stop early. */
  read(key: string, range?: ByteRange): Readable;

  readSidecar(key: string): Promise<string | undefined>;

  /** Removes a blob and its sidecar durably. Idempotent: an absent blob is success. */
  delete(key: string): Promise<void>;

  /**
   * Moves a blob and its sidecar out of sight into `quarantine/`, where nothing but `purgeQuarantine` touches it.
   * Idempotent: an absent blob is success.
   */
  quarantine(key: string): Promise<void>;

  /** Removes quarantined blobs that were moved there before `olderThan` (epoch ms); answers how many. */
  purgeQuarantine(olderThan: number): Promise<number>;

  /**
   * Removes what a crash may have left from before `olderThan` (epoch ms) and no partial or blob has any more; answers
   * how many things that were.
   */
  sweep(olderThan: number): Promise<number>;

  /** Every blob with its size and the time of its commit (epoch ms), in no particular order. */
  list(): AsyncIterable<{ key: string; sizeBytes: number; modifiedAt: number }>;
}

export interface ListedPartial {
  readonly key: string;
  /** When it was begun or its last bytes were stored (epoch ms); undefined where it is gone. Asked for each: it may cost requests. */
  changedAt(): Promise<number | undefined>;
}

/** Half-open, in bytes. */
export interface ByteRange {
  start?: number;
  end?: number;
}

export interface AppendOptions {
  /** Aborting ends the append in good order: what has arrived is made durable and the result says how far. */
  signal: AbortSignal;
  /** Counts the writers of the partial: each has a higher one than those before it, in whichever process. */
  epoch: number;
  /** How many bytes this append may take; the byte that crosses the limit ends it with `limit_exceeded`. */
  maxBytes: number;
  /**
   * Called each time more bytes became durable, in the midst of the append and at its end, in strictly ascending order.
   * Must not throw; if it does, the append ends with `io_failed`.
   */
  onDurable?: (offset: number) => void;
  /** Digests fed with the very bytes that are kept, in parallel with the writing. */
  digests?: readonly RunningDigest[];
}

export interface AppendResult {
  /** Everything below this offset is durable. */
  offset: number;
  /** Absent when the source ended by itself. */
  interrupted?: AppendInterruption;
}

export interface AppendInterruption {
  reason: 'aborted' | 'source_failed' | 'limit_exceeded' | 'no_space' | 'superseded' | 'io_failed';
  cause?: unknown;
}
