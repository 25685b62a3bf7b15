import { Slots } from '@logs-collector/runtime/slots';

/** As many as libuv has threads for files: more at a time would not be faster. */
const PARALLEL_WRITES = 4;
/** How long what the file system said about its free space is believed. */
const FREE_SPACE_AGE_MS = 1_000;

export interface DiskBudgetOptions {
  /** What all buffers together may take. */
  readonly totalBytes: number;
  /** What has to stay free on the volume for everybody else. */
  readonly minFreeBytes: number;
  readonly freeBytes: () => Promise<number>;
}

/** The room that the buffers of all drains share: a limit of their own, and what the volume can spare. */
export class DiskBudget {
  /** What is written stands in memory once more meanwhile, so hundreds of buffers take turns. */
  readonly writing = new Slots(PARALLEL_WRITES);
  private used = 0;
  private free = 0;
  private askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: DiskBudgetOptions) {}

  get usedBytes(): number {
    return this.used;
  }

  /** Takes room for bytes that are about to be written; false where there is none. */
  async take(bytes: number): Promise<boolean> {
    if (performance.now() - this.askedAtMs > FREE_SPACE_AGE_MS) {
      this.askedAtMs = performance.now();
      this.free = await this.options.freeBytes();
    }
    if (this.used + bytes > this.options.totalBytes || this.free - bytes < this.options.minFreeBytes) return false;
    this.used += bytes;
    this.free -= bytes;
    return true;
  }

  /** Counts in what is on the disk already. */
  adopt(bytes: number): void {
    this.used += bytes;
  }

  give(bytes: number): void {
    this.used -= bytes;
    this.free += bytes;
  }
}
