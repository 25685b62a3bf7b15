import type { Writable } from 'node:stream';

/** What a reader may leave unread before lines are left out for it. */
const MAX_UNREAD_BYTES = 1_048_576;
const KEEP_ALIVE_MS = 15_000;
const LIFETIME_MS = 60 * 60_000;

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
    if (this.stream.writableLength > MAX_UNREAD_BYTES) {
      this.skipped += 1;
      return;
    }
    if (this.skipped > 0) this.comment(`${this.skipped} lines were left out, as they were not read in time`);
    this.skipped = 0;
    this.stream.write(`${text}\n`);
  }

  end(): void {
    this.stream.end();
  }

  /** A line that no log can begin with, as they begin with their time. */
  private comment(text: string): void {
    if (this.stream.writable) this.stream.write(`: ${text}\n`);
  }
}
