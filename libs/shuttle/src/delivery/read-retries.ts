import type { DiskBuffer } from './spill/disk-buffer.js';

/** How long after a failure reading is tried again; what fails so often in a row is passed over. */
const RETRY_MS = 500;
const ATTEMPTS = 4;

/** When a disk buffer that could not be read is read again, and when what cannot be read is passed over. */
export class ReadRetries {
  /** What failed last; undefined once something was read. */
  failure: unknown;
  private failures = 0;
  private againAtMs = 0;

  constructor(
    private readonly disk: DiskBuffer,
    private readonly now: () => number,
  ) {}

  get isDue(): boolean {
    return performance.now() >= this.againAtMs;
  }

  succeeded(): void {
    this.failure = undefined;
    this.failures = 0;
  }

  /** Whatever waits behind it must not wait for ever. */
  async failed(error: unknown): Promise<void> {
    this.failure = error;
    this.failures += 1;
    if (this.failures < ATTEMPTS) {
      this.againAtMs = performance.now() + RETRY_MS * 2 ** (this.failures - 1);
      return;
    }
    // Until something can be read, the next failure passes over more, without waiting.
    await this.disk.skipUnreadable(this.now()).catch(() => undefined);
  }
}
