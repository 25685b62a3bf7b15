import { DurableDirectories } from '@logs-collector/blob-store/fs/durable-files';
import type { FileOperations } from '@logs-collector/blob-store/fs/file-operations';
import { type LedgerEntry, SpillLedger } from './spill-ledger.js';

/** What a buffer counts: in memory at once, in its ledger when it is written. */
export class BufferCounts {
  private stale = false;

  constructor(
    private readonly operations: FileOperations,
    /** Of the buffer; made together with the ledger where nothing had to be written until now. */
    private readonly directory: string,
    private ledger: SpillLedger | undefined,
    private entry: LedgerEntry,
  ) {}

  get current(): LedgerEntry {
    return this.entry;
  }

  /** Records that are lost and that the receiver was not told of. */
  get untold(): number {
    const { dropped, refused, damaged, noticed } = this.entry;
    return dropped + refused + damaged - noticed;
  }

  /** Whether the ledger lacks something. */
  get isStale(): boolean {
    return this.stale;
  }

  set(change: Partial<LedgerEntry>): void {
    this.entry = { ...this.entry, ...change };
    this.stale = true;
  }

  addDamaged(count: number, nowMs: number): void {
    this.set({ damaged: this.entry.damaged + count, lostSinceMs: this.lostSince(nowMs) });
  }

  addRefused(count: number, nowMs: number): void {
    this.set({ refused: this.entry.refused + count, lostSinceMs: this.lostSince(nowMs) });
  }

  addNoticed(count: number): void {
    this.set({ noticed: this.entry.noticed + count, lostSinceMs: 0 });
  }

  /** Counts records that are about to be given up: once that is durable, so that where it rejects, nobody is told. */
  async addDropped(count: number, nowMs: number): Promise<void> {
    const lostSinceMs = this.lostSince(nowMs);
    await this.makeDurable({ dropped: this.entry.dropped + count, lostSinceMs });
    this.entry = { ...this.entry, dropped: this.entry.dropped + count, lostSinceMs };
  }

  /** @param change that is to be written with all the others */
  async write(change: Partial<LedgerEntry> = {}): Promise<void> {
    const ledger = await this.open();
    // What is counted while this is written makes it stale again.
    this.stale = false;
    try {
      await ledger.write({ ...this.entry, ...change });
    } catch (error) {
      this.stale = true;
      throw error;
    }
  }

  async makeDurable(change?: Partial<LedgerEntry>): Promise<void> {
    await this.write(change);
    try {
      await this.ledger?.sync();
    } catch (error) {
      this.stale = true;
      throw error;
    }
  }

  /** Has the directory and the ledger be there. */
  async open(): Promise<SpillLedger> {
    if (!this.ledger) {
      await new DurableDirectories(this.operations).ensure(this.directory);
      this.ledger = await SpillLedger.open(this.operations, this.directory);
    }
    return this.ledger;
  }

  async close(): Promise<void> {
    await this.ledger?.close();
  }

  private lostSince(nowMs: number): number {
    return this.untold === 0 ? nowMs : this.entry.lostSinceMs || nowMs;
  }
}
