/** How long a count stands while there is more than there should be. */
const COUNT_AGAIN_MS = 10;

/**
 * The memory that all sessions share. What is taken is added at once; what has gone is only found by counting, which is done
 * where the limit seems to be reached.
 */
export class MemoryShare {
  private held = 0;
  private countedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly limitBytes: number,
    /** What all of them hold at present. */
    private readonly count: () => number,
  ) {}

  take(bytes: number): void {
    this.held += bytes;
  }

  /** How much of the limit is taken: 1 and more where there is too much. */
  get use(): number {
    const now = performance.now();
    if (this.held >= this.limitBytes && now - this.countedAtMs >= COUNT_AGAIN_MS) {
      this.countedAtMs = now;
      this.held = this.count();
    }
    return this.held / this.limitBytes;
  }
}
