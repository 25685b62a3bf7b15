import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Database } from '../database/database.js';
import { Leases } from '../database/leases.js';
import { EventsRepository } from './events.repository.js';

const INTERVAL_MS = 10 * 60_000;
export const KEPT_MS = 24 * 60 * 60_000;

/** Forgets events that nobody can have missed and still want. */
@Injectable()
export class EventCleaner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('events');
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(
    private readonly events: EventsRepository,
    private readonly leases: Leases,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.round = this.round.then(() => this.run());
    }, INTERVAL_MS);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  async run(): Promise<void> {
    try {
      await this.leases.run('events', () =>
        this.database.transaction(() => this.events.removeBefore(this.clock.now() - KEPT_MS)),
      );
    } catch (error) {
      this.logger.error({ msg: 'old events could not be removed and will be tried again', error });
    }
  }
}
