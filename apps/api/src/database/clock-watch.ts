import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from './database.js';
import { clockLead } from './database-clock.js';

const LOOK_INTERVAL_MS = 10 * 60_000;
/** Half of what a code of a second factor is valid for. */
const TOLERATED_MS = 15_000;

/** Says so when this machine's clock is not that of the database: codes are refused then and sessions end at other times. */
@Injectable()
export class ClockWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('clock');
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    if (this.database.isSqlite) return;
    this.looking = this.look();
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look());
    }, LOOK_INTERVAL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    try {
      const ahead_ms = -(await clockLead(this.database));
      if (Math.abs(ahead_ms) > TOLERATED_MS) {
        this.logger.warn({ msg: 'the clock of this machine differs from that of the database', ahead_ms });
      }
    } catch (error) {
      this.logger.warn({ msg: 'the database could not be asked for its time', error });
    }
  }
}
