import type { Writable } from 'node:stream';
import type { MemoryShare } from './memory-share.js';

/** What a reader may leave unread before lines are left out for it. */
const MAX_UNREAD_BYTES = 1_048_576;
/** What it may leave unread where all of them together leave too much: as much as a connection takes before it is full. */
const LEAST_UNREAD_BYTES = 65_536;
/** Up to how much use of the memory that all share a line of any length is shown to whoever has read all before it. */
const USE_BY_READERS = 2;
const KEEP_ALIVE_MS = 15_000;
const LIFETIME_MS = 60 * 60_000;
/** How long a reader may take for the rest of a session that has ended. */
const END_GRACE_MS = 60_000;

/** One reader of a session. It never makes anybody wait: what it does not read in time is left out, and said so. */
export class SessionOutput {
  private skipped = 0;
  private isOver = false;
  private readonly keepingAlive: NodeJS.Timeout;
  private readonly lifetime: NodeJS.Timeout;
  /** Resolves when it has ended, from either side. */
  readonly whenEnded: Promise<void>;

  constructor(
    private readonly stream: Writable,
    private readonly share: Pick<MemoryShare, 'take' | 'use'>,
  ) {
    this.keepingAlive = setInterval(() => this.comment('keep-alive'), KEEP_ALIVE_MS);
    this.lifetime = setTimeout(() => {
      this.comment('this session ends after an hour');
      this.end();
    }, LIFETIME_MS);
    this.whenEnded = new Promise((resolve) => {
      stream.on('close', () => {
        clearInterval(this.keepingAlive);
        clearTimeout(this.lifetime);
        this.isOver = true;
        resolve();
      });
    });
    stream.on('error', () => stream.destroy());
  }

  /** Nobody reads any more. */
  get hasEnded(): boolean {
    return this.isOver;
  }

  line(text: string): void {
    if (!this.hasRoomFor(text.length)) {
      this.skip(1);
      return;
    }
    if (this.skipped > 0) this.comment(`${this.skipped} lines were left out, as they were not read in time`);
    this.skipped = 0;
    this.share.take(text.length);
    this.stream.write(`${text}\n`);
  }

  /** What is written and not read. */
  get unreadBytes(): number {
    return this.stream.writableLength;
  }

  /** Whether a line would not be left out, or nobody reads any more. */
  get hasRoom(): boolean {
    return this.hasRoomFor(0) || this.isOver;
  }

  /** Resolves once it has. */
  async room(): Promise<void> {
    while (!this.hasRoom) {
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

  private hasRoomFor(bytes: number): boolean {
    const { unreadBytes } = this;
    if (unreadBytes > MAX_UNREAD_BYTES) return false;
    if (unreadBytes + bytes <= LEAST_UNREAD_BYTES) return true;
    return this.share.use < (unreadBytes === 0 ? USE_BY_READERS : 1);
  }

  /** A line that no log can begin with, as they begin with their time. */
  private comment(text: string): void {
    if (this.stream.writable && !this.isOver) this.stream.write(`: ${text}\n`);
  }
}
