/** Room for bytes on shared memory, so that the disk and the digest worker read the same copy. */
export type Slab = Uint8Array<SharedArrayBuffer>;

export interface SlabPoolOptions {
  /** Slabs in all; made when first needed and kept. */
  slabs?: number;
  slabBytes?: number;
  /** How many slabs one upload may hold at a time. */
  slabsPerShare?: number;
}

const DEFAULT_SLABS = 24;
const DEFAULT_SLAB_BYTES = 1024 * 1024;
const DEFAULT_SLABS_PER_SHARE = 8;
/** While somebody waits, so many slabs are kept on their way back: enough to keep the disk busy. */
const RETURNING_WANTED = 4;

/**
 * The process's memory for bytes on their way to the disk, shared fairly by all uploads.
 *
 * Waiters are served in the order in which they came. A slab is either being filled or on its way back; one that is
 * being filled by an upload whose client is slow could stay so for minutes, so while anybody waits the pool has the
 * oldest such slabs flushed half full. An upload never waits for a slab while it fills another. So there is always
 * either a slab on its way back or one that can be flushed, and nobody waits for ever.
 */
export class SlabPool {
  readonly slabBytes: number;
  readonly #limit: number;
  readonly #perShare: number;
  readonly #free: Slab[] = [];
  #made = 0;
  #returning = 0;
  /** Shares in need of a slab, first come first served; at most one entry per share. */
  readonly #waiters: { share: SlabShare; grant: (slab: Slab) => void }[] = [];
  /** Shares with a partly filled slab, the one that has had its slab longest first. */
  readonly #filling = new Set<SlabShare>();

  constructor(options: SlabPoolOptions = {}) {
    this.#limit = options.slabs ?? DEFAULT_SLABS;
    this.slabBytes = options.slabBytes ?? DEFAULT_SLAB_BYTES;
    this.#perShare = options.slabsPerShare ?? DEFAULT_SLABS_PER_SHARE;
  }

  /** @param flush has to `submit` the slab that the share is filling, at once. */
  join(flush: () => void): SlabShare {
    return new SlabShare(this, flush);
  }

  /** Slabs made so far, and how many of them nobody holds. */
  get usage(): { made: number; free: number } {
    return { made: this.#made, free: this.#free.length };
  }

  take(share: SlabShare): Slab | Promise<Slab> {
    const slab = share.held < this.#perShare ? (this.#free.pop() ?? this.#make()) : undefined;
    if (slab !== undefined) {
      share.held += 1;
      return slab;
    }
    return new Promise((grant) => {
      this.#waiters.push({ share, grant });
      this.#relieve();
    });
  }

  pause(share: SlabShare): void {
    this.#filling.add(share);
    this.#relieve();
  }

  submit(share: SlabShare): void {
    this.#filling.delete(share);
    this.#returning += 1;
  }

  release(share: SlabShare, slab: Slab): void {
    this.#returning -= 1;
    share.held -= 1;
    // The first waiter may be one that waits for a slab of its own to come back; it does not hold up the others.
    const next = this.#waiters.findIndex((waiter) => waiter.share.held < this.#perShare);
    const [waiter] = next < 0 ? [] : this.#waiters.splice(next, 1);
    if (waiter === undefined) {
      this.#free.push(slab);
      return;
    }
    waiter.share.held += 1;
    waiter.grant(slab);
    this.#relieve();
  }

  #make(): Slab | undefined {
    if (this.#made >= this.#limit) {
      return undefined;
    }
    this.#made += 1;
    return new Uint8Array(new SharedArrayBuffer(this.slabBytes));
  }

  #relieve(): void {
    while (this.#returning < Math.min(this.#waiters.length, RETURNING_WANTED)) {
      const [oldest] = this.#filling;
      if (oldest === undefined) {
        return;
      }
      oldest.flush();
    }
  }
}

/** One upload's part in the pool. */
export class SlabShare {
  /** Slabs this upload has, filling or on their way back. */
  held = 0;

  constructor(
    private readonly pool: SlabPool,
    readonly flush: () => void,
  ) {}

  /** A slab to fill; a promise only where one has to be waited for. Not while another one is being filled. */
  take(): Slab | Promise<Slab> {
    return this.pool.take(this);
  }

  /** Says that the slab is partly filled and may be flushed whenever another upload needs it. */
  pause(): void {
    this.pool.pause(this);
  }

  /** Says that the slab is filled no further: it is on its way back, and `release` will follow. */
  submit(): void {
    this.pool.submit(this);
  }

  release(slab: Slab): void {
    this.pool.release(this, slab);
  }
}
