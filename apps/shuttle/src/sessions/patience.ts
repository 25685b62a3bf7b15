import { setTimeout as delay } from 'node:timers/promises';
import type { SessionOutput } from './session-output.js';

/** How long others wait for one who takes nothing. */
const PATIENCE_MS = 10_000;

/**
 * Has the source wait for a reader that has no room, as Kafka keeps what comes meanwhile; where others wait too, not for
 * long. Whoever is not waited for any more is waited for again once there was room.
 */
export class Patience {
  private waiting: Promise<void> | undefined;
  private isLate = false;

  constructor(
    private readonly output: Pick<SessionOutput, 'hasRoom' | 'room'>,
    /** Whether nobody else has to wait. */
    private readonly isAlone: () => boolean,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /** Undefined where there is nothing to wait for. */
  wait(): Promise<void> | undefined {
    if (this.isLate || this.output.hasRoom) return undefined;
    this.waiting ??= this.whenRoom().finally(() => {
      this.waiting = undefined;
    });
    return this.waiting;
  }

  private async whenRoom(): Promise<void> {
    const room = this.output.room();
    const ending = new AbortController();
    const late = async (): Promise<void> => {
      do await delay(this.patienceMs, undefined, { signal: ending.signal });
      while (this.isAlone());
      this.isLate = true;
      void room.then(() => {
        this.isLate = false;
      });
    };
    await Promise.race([room, late().catch(() => undefined)]);
    ending.abort();
  }
}
