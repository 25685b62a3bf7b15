/** The part of each, as long as there are not too many. */
const LARGEST_PART_BYTES = 128 * 1024;
/** A fourth of the memory is for such parts. */
const PARTS = 4;
/** A stream that is fast alone needs three quarters: as much as may be on its way unseen, with what lies around each line. */
const TIMES_FREE = 3;

/**
 * The memory that the queues of all drains share, what is under way included.
 *
 * Nobody may hold more than three times what is still free (Choudhury and Hahne, "Dynamic Queue Length Thresholds for
 * Shared-Memory Packet Switches"): one alone gets three quarters of it, and however many hold as much as they can, there is
 * some for the next.
 */
export class MemoryBudget {
  private used = 0;
  private holders = 0;
  private part = 0;

  constructor(private readonly totalBytes: number) {}

  get usedBytes(): number {
    return this.used;
  }

  /** There is nothing left; what is taken all the same, for the parts of those that have less, is to be given back soon. */
  get isExhausted(): boolean {
    return this.used >= this.totalBytes;
  }

  /** What everybody may hold whatever the others do. */
  get partBytes(): number {
    return this.part;
  }

  /** Whether somebody who holds so much may take more; or, having taken so much, more still. */
  allows(heldBytes: number, takenBytes = 0): boolean {
    const held = heldBytes + takenBytes;
    return held < TIMES_FREE * (this.totalBytes - this.used - takenBytes) || held < this.partBytes;
  }

  join(): void {
    this.share(1);
  }

  leave(): void {
    this.share(-1);
  }

  /** Counts memory that is taken or, negative, given back. */
  add(bytes: number): void {
    this.used += bytes;
  }

  private share(more: number): void {
    this.holders += more;
    this.part = Math.min(LARGEST_PART_BYTES, this.totalBytes / PARTS / Math.max(1, this.holders));
  }
}
