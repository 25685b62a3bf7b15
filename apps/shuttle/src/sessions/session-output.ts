import type { Writable } from 'node:stream';

/** What a reader may leave unread before lines are left out for it. */
const MAX_UNREAD_BYTES = 1_048_576;
const KEEP_ALIVE_MS = 15_000;
const LIFETIME_MS = 60 * 60_000;
/** How long a reader may take for the rest of a session that has ended. */
const END_GRACE_MS = 60_000;

/** One reader of a session. It never makes anybody wait: what it does not read in time is left out, and said so. */
export class SessionOutput {
  private skipped = 0;
  private readonly keepingAlive: NodeJS.Timeout;
  private readonly lifetime: NodeJS.Timeout;
  /** Resolves when it has ended, from either side. */
  readonly whenEnded: Promise<void>;

  constructor(private readonly stream: Writable) {
    this.keepingAlive = setInterval(() => this.comment('keep-alive'), KEEP_ALIVE_MS);
    this.lifetime = setTimeout(() => {
      this.comment('this session ends after an hour');
      this.end();
    }, LIFETIME_MS);
    this.whenEnded = new Promise((resolve) => {
      stream.on('close', () => {
        clearInterval(this.keepingAlive);
        clearTimeout(this.lifetime);
        resolve();
      });
    });
    stream.on('error', () => stream.destroy());
  }

  line(text: string): void {
    if (this.isFull) {
      this.skip(1);
      return;
    }
    if (this.skipped > 0) this.comment(`${this.skipped} lines were left out, as they were not read in time`);
    this.skipped = 0;
    this.stream.write(`${text}\n`);
  }

  /** Resolves once a line would not be left out, or when nobody reads any more. */
  async room(): Promise<void> {
    while (this.isFull && this.stream.writable) {
      await Promise.race([new Promise((resolve) => this.stream.once('drain', resolve)), this.whenEnded]);
    }
  }

  /** Says that whatever is produced from now on comes, or is counted as left out. */
  announce(): void {
    this.comment('listening');
  }

  /** Counts lines that are left out; the next one is preceded by their number. */
  skip(count: number): void {
    this.skipped += count;
  }

  /** Ends it gently, and after the given time in any case. */
  end(graceMs = END_GRACE_MS): void {
    this.stream.end();
    const timer = setTimeout(() => this.stream.destroy(), graceMs);
    void this.whenEnded.then(() => clearTimeout(timer));
  }

  private get isFull(): boolean {
    return this.stream.writableLength > MAX_UNREAD_BYTES;
  }

  /** A line that no log can begin with, as they begin with their time. */
  private comment(text: string): void {
    if (this.stream.writable) this.stream.write(`: ${text}\n`);
  }
}
