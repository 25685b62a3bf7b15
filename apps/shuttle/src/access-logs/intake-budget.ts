/** Within this time an honest message is whole; whoever takes longer counts by what it holds alone, however long it has been quiet. */
const WHOLE_AFTER_MS = 1_000;

/** What gRPC keeps of one stream besides the messages that it has handed out. */
export class StreamShare {
  heldBytes = 0;
  sinceMs = performance.now();

  /** @param end ends the stream, and with it what it holds. */
  constructor(readonly end: () => void) {}
}

export interface IntakeLimits {
  /** Messages that Kafka has not taken yet. While they are as many, no stream is read and HTTP/2 holds every sender back. */
  readonly messageBytes: number;
  /** Those together with the shares of the streams, which nothing holds back: an unfinished message cannot be handed out. */
  readonly totalBytes: number;
}

/** The bytes that all streams together have brought and that are still in memory. */
export class IntakeBudget {
  private messages = 0;
  private shared = 0;
  private readonly shares = new Set<StreamShare>();
  private readonly waiting = new Set<() => void>();

  constructor(private readonly limits: IntakeLimits) {}

  get heldBytes(): number {
    return this.messages + this.shared;
  }

  /** Calls `read` now, or when there is room again. */
  whenRoom(read: () => void): void {
    if (this.messages < this.limits.messageBytes) read();
    else this.waiting.add(read);
  }

  /** Calls `read` no more. */
  forget(read: () => void): void {
    this.waiting.delete(read);
  }

  take(bytes: number): void {
    this.messages += bytes;
  }

  giveBack(bytes: number): void {
    this.messages -= bytes;
    for (const read of this.waiting) {
      if (this.messages >= this.limits.messageBytes) return;
      this.waiting.delete(read);
      read();
    }
  }

  /** Says what a stream holds from now on. Above the limit those that hold the most are ended, unless they have only begun. */
  hold(share: StreamShare, bytes: number): void {
    this.shares.add(share);
    this.shared += bytes - share.heldBytes;
    share.heldBytes = bytes;
    while (this.heldBytes > this.limits.totalBytes) {
      const worst = this.worst();
      if (!worst) return;
      this.release(worst);
      worst.end();
    }
  }

  /** Of a stream that has ended. */
  release(share: StreamShare): void {
    if (this.shares.delete(share)) this.shared -= share.heldBytes;
  }

  private worst(): StreamShare | undefined {
    const now = performance.now();
    const weightOf = ({ heldBytes, sinceMs }: StreamShare) => heldBytes * Math.min(now - sinceMs, WHOLE_AFTER_MS);
    let worst: StreamShare | undefined;
    for (const share of this.shares) if (!worst || weightOf(share) > weightOf(worst)) worst = share;
    return worst;
  }
}
