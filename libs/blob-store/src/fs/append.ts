import type { AppendInterruption, AppendOptions, AppendResult } from '../blob-store.js';
import type { Slab, SlabPool, SlabShare } from '../slab-pool.js';
import { SourceReader } from '../source-reader.js';
import type { FileOperations } from './file-operations.js';
import type { FlushGate } from './flush-gate.js';
import { PartialWriter } from './partial-writer.js';

export interface AppendContext {
  operations: FileOperations;
  slabs: SlabPool;
  flushes: FlushGate;
  /** However slow the source: what has arrived is durable about this long after. */
  durableIntervalMs: number;
}

/** Appends to an open file that ends at `offset`. Never rejects. */
export async function appendToFile(
  context: AppendContext,
  fd: number,
  offset: number,
  source: AsyncIterable<Uint8Array>,
  options: AppendOptions,
): Promise<AppendResult> {
  const reader = new SourceReader(source, options.signal);
  const writer = new PartialWriter({
    operations: context.operations,
    flushes: context.flushes,
    fd,
    offset,
    onDurable: options.onDurable,
    // The source may be slow or silent; nothing it still has can be kept.
    onFailure: () => reader.stop(),
  });
  const digests = options.digests ?? [];
  const filler = new SlabFiller(context.slabs, (bytes) =>
    Promise.all([writer.write(bytes), ...digests.map((digest) => digest.update(bytes))]),
  );
  const timer = setInterval(() => {
    filler.flush();
    writer.flushSoon();
  }, context.durableIntervalMs).unref();
  let interrupted: AppendInterruption | undefined;
  try {
    interrupted = await pump(reader, filler, options);
  } finally {
    clearInterval(timer);
    reader.close();
  }
  filler.flush();
  const durable = await writer.settle();
  // What the disk said weighs more than how the source ended: bytes that arrived may not have been kept.
  interrupted = writer.failure ?? interrupted;
  return interrupted === undefined ? { offset: durable } : { offset: durable, interrupted };
}

async function pump(
  reader: SourceReader,
  filler: SlabFiller,
  { signal, maxBytes }: AppendOptions,
): Promise<AppendInterruption | undefined> {
  let room = maxBytes;
  for (;;) {
    const pulled = await reader.next();
    switch (pulled.kind) {
      case 'chunk':
        if (pulled.bytes.byteLength > room) {
          await filler.fill(pulled.bytes.subarray(0, room));
          return { reason: 'limit_exceeded' };
        }
        room -= pulled.bytes.byteLength;
        await filler.fill(pulled.bytes);
        break;
      case 'ended':
        return undefined;
      case 'failed':
        // The signal usually destroys the source too, which then fails on its own account.
        return signal.aborted
          ? { reason: 'aborted', cause: signal.reason }
          : { reason: 'source_failed', cause: pulled.cause };
      case 'stopped':
        return { reason: 'aborted', cause: signal.reason };
    }
  }
}

/** Gathers chunks in slabs and hands each slab on when it is full or has to be flushed. */
class SlabFiller {
  readonly #share: SlabShare;
  #slab: Slab | undefined;
  #filled = 0;

  /** @param consume resolves, never rejects, when the bytes are no longer needed. */
  constructor(
    slabs: SlabPool,
    private readonly consume: (bytes: Uint8Array) => Promise<unknown>,
  ) {
    this.#share = slabs.join(() => this.flush());
  }

  async fill(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.byteLength; ) {
      if (this.#slab === undefined) {
        const slab = this.#share.take();
        // Awaited only where there is something to wait for: this runs for every chunk of every upload.
        this.#slab = slab instanceof Promise ? await slab : slab;
      }
      const length = Math.min(chunk.byteLength - from, this.#slab.byteLength - this.#filled);
      this.#slab.set(chunk.subarray(from, from + length), this.#filled);
      this.#filled += length;
      from += length;
      if (this.#filled === this.#slab.byteLength) {
        this.flush();
      }
    }
    if (this.#slab !== undefined) {
      this.#share.pause();
    }
  }

  flush(): void {
    const slab = this.#slab;
    if (slab === undefined) {
      return;
    }
    const bytes = slab.subarray(0, this.#filled);
    this.#slab = undefined;
    this.#filled = 0;
    this.#share.submit();
    void this.consume(bytes).finally(() => this.#share.release(slab));
  }
}
