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

  get isUsedUp(): boolean {
    if (this.held < this.limitBytes) return false;
    const now = performance.now();
    if (now - this.countedAtMs >= COUNT_AGAIN_MS) {
      this.countedAtMs = now;
      this.held = this.count();
    }
    return this.held >= this.limitBytes;
  }
}
