import type { AppendInterruption, AppendOptions, AppendResult } from './blob-store.js';
import { pump } from './pump.js';
import { SlabFiller } from './slab-filler.js';
import type { SlabPool } from './slab-pool.js';
import { SourceReader } from './source-reader.js';

/** Writes a partial from front to back. */
export interface AppendTarget {
  readonly failure: AppendInterruption | undefined;
  /** Resolves, never rejects, once the bytes are no longer needed: written, or given up because of a failure. */
  write(bytes: Uint8Array): Promise<void>;
  /** Starts to make durable what was handed to `write` so far, where that does not happen by itself. */
  flushSoon?(): void;
  /** How many bytes the next `write` may have, where that is less than a slab. */
  room?(): number;
  /** Waits for everything; resolves to the offset below which every byte is durable. */
  settle(): Promise<number>;
}

export interface AppendContext {
  readonly slabs: SlabPool;
  /** However slow the source: what has arrived is durable about this long after. */
  readonly durableIntervalMs: number;
}

/** Moves a source to where its bytes are kept, and to the digests. Never rejects. */
export async function runAppend(
  { slabs, durableIntervalMs }: AppendContext,
  makeTarget: (onFailure: () => void) => AppendTarget,
  source: AsyncIterable<Uint8Array>,
  options: AppendOptions,
): Promise<AppendResult> {
  const reader = new SourceReader(source, options.signal);
  // The source may be slow or silent; nothing it still has can be kept.
  const target = makeTarget(() => reader.stop());
  const digests = options.digests ?? [];
  const filler = new SlabFiller(
    slabs,
    (bytes) => Promise.all([target.write(bytes), ...digests.map((digest) => digest.update(bytes))]),
    () => target.room?.() ?? Number.POSITIVE_INFINITY,
  );
  const timer = setInterval(() => {
    filler.flush();
    target.flushSoon?.();
  }, durableIntervalMs).unref();
  let interrupted: AppendInterruption | undefined;
  try {
    interrupted = await pump(reader, filler, options);
  } finally {
    clearInterval(timer);
    reader.close();
  }
  filler.flush();
  const durable = await target.settle();
  // What the store said weighs more than how the source ended: bytes that arrived may not have been kept.
  interrupted = target.failure ?? interrupted;
  return interrupted === undefined ? { offset: durable } : { offset: durable, interrupted };
}
