import { setImmediate as nextTurn } from 'node:timers/promises';

/** What requests notice as little as a transaction of somebody else. */
const MAX_RUN_MS = 20;

/**
 * SQLite's driver never waits, so promises alone lead from one transaction to the next: a job of many, or a long queue of
 * them, would keep the process from everything else until it is done, its own health included.
 */
export class EventLoopShare {
  private lastTurnAt = Number.NEGATIVE_INFINITY;

  /** Lets the event loop turn, unless it was let a moment ago. */
  async give(): Promise<void> {
    if (performance.now() - this.lastTurnAt < MAX_RUN_MS) return;
    await nextTurn();
    this.lastTurnAt = performance.now();
  }
}
