/**
 * The bytes that all streams together have brought and Kafka has not taken yet. Above the limit no stream is read, so that
 * HTTP/2 holds every sender back; what may exceed it is one message of each stream.
 */
export class IntakeBudget {
  private held = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limitBytes: number) {}

  get heldBytes(): number {
    return this.held;
  }

  /** Calls `read` now, or when there is room again. */
  whenRoom(read: () => void): void {
    if (this.held < this.limitBytes) read();
    else this.waiting.push(read);
  }

  take(bytes: number): void {
    this.held += bytes;
  }

  giveBack(bytes: number): void {
    this.held -= bytes;
    while (this.held < this.limitBytes) {
      const read = this.waiting.shift();
      if (!read) return;
      read();
    }
  }
}
