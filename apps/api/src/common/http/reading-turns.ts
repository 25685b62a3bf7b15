/**
 * So many bytes all uploads together take from their sockets in one turn of the event loop. Left alone, each of them
 * takes up to 2 MiB a turn: with twenty, somebody who asks for a list of tickets waits five times as long.
 */
const TURN_BYTES = 256 * 1024;

/** Shares the event loop between uploads, whose sockets always have more, and everything else. */
class ReadingTurns {
  private bytes = 0;
  private readonly waiting = new Set<() => void>();

  /** Counts bytes that were read; false where the turn is used up and `wait` is called for. */
  take(bytes: number): boolean {
    if (this.bytes === 0) setImmediate(() => this.begin());
    this.bytes += bytes;
    return this.bytes < TURN_BYTES;
  }

  /** Calls `resume` when the next turn begins. */
  wait(resume: () => void): void {
    this.waiting.add(resume);
  }

  private begin(): void {
    this.bytes = 0;
    const resumed = [...this.waiting];
    this.waiting.clear();
    for (const resume of resumed) resume();
  }
}

/** One for the process, like the event loop that it shares. */
export const readingTurns = new ReadingTurns();
