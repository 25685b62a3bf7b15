import type { Slab, SlabPool, SlabShare } from './slab-pool.js';

/** Gathers chunks in slabs and hands each slab on when it is full or has to be flushed. */
export class SlabFiller {
  readonly #share: SlabShare;
  #slab: Slab | undefined;
  #filled = 0;
  #capacity = 0;

  /**
   * @param consume resolves, never rejects, when the bytes are no longer needed.
   * @param room how many bytes the next slab may take at most.
   */
  constructor(
    slabs: SlabPool,
    private readonly consume: (bytes: Uint8Array) => Promise<unknown>,
    private readonly room: () => number,
  ) {
    this.#share = slabs.join(() => this.flush());
  }

  async fill(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.byteLength; ) {
      if (this.#slab === undefined) {
        const slab = this.#share.take();
        // Awaited only where there is something to wait for: this runs for every chunk of every upload.
        this.#slab = slab instanceof Promise ? await slab : slab;
        this.#capacity = Math.min(this.#slab.byteLength, this.room());
      }
      const length = Math.min(chunk.byteLength - from, this.#capacity - this.#filled);
      this.#slab.set(chunk.subarray(from, from + length), this.#filled);
      this.#filled += length;
      from += length;
      if (this.#filled === this.#capacity) {
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
