import { setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditAnchor } from './audit-anchor.js';

/** Soon, as a new installation has no note yet; then rarely, as each is a write to the store. */
const FIRST_MS = 15_000;
const INTERVAL_MS = 300_000;
/** The end of the process does not wait longer for a store that is away. */
const LAST_MS = 1_000;

/** Looks at the start whether the audit trail is what was noted of it, and moves the note from time to time and at the end. */
@Injectable()
export class AuditAnchoring implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('audit');
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isEnding = false;

  constructor(private readonly anchor: AuditAnchor) {}

  onApplicationBootstrap(): void {
    this.round = this.attempt(() => this.anchor.findFault());
    this.schedule(FIRST_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isEnding = true;
    clearTimeout(this.timer);
    const last = this.round.then(() => this.attempt(() => this.anchor.move()));
    await Promise.race([last, delay(LAST_MS, undefined, { ref: false })]);
  }

  private schedule(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.round = this.attempt(() => this.anchor.move()).then(() => {
        if (!this.isEnding) this.schedule(INTERVAL_MS);
      });
    }, afterMs).unref();
  }

  private async attempt(work: () => ReturnType<AuditAnchor['findFault']>): Promise<void> {
    try {
      const fault = await work();
      if (!fault) return;
      this.logger.error({
        msg: 'the audit trail in the database is not the one that was recorded: entries were taken back or made anew. Run the command verify, and see docs/operations.md',
        ...fault,
      });
    } catch (error) {
      this.logger.warn({ msg: 'the end of the audit trail could not be noted outside the database', error });
    }
  }
}
