/** The memory that the queues of all drains share. */
export class MemoryBudget {
  private used = 0;

  constructor(private readonly totalBytes: number) {}

  get usedBytes(): number {
    return this.used;
  }

  get isExhausted(): boolean {
    return this.used >= this.totalBytes;
  }

  /** Counts memory that is taken or, negative, given back. */
  add(bytes: number): void {
    this.used += bytes;
  }
}
