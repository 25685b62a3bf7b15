import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { commonErrors } from '../common/errors/common.errors.js';
import { EventsRepository } from './events.repository.js';

/** What a listener is told. Without `seq` it is of the moment only. */
export interface FeedEvent {
  readonly seq?: number;
  readonly type: string;
  /** JSON object. */
  readonly payload: string;
}

export type FeedListener = (event: FeedEvent) => void;

/** Other replicas' events are seen this late at most; own ones at once. */
const POLL_INTERVAL_MS = 1_000;
const PAGE = 500;

/** Reads the outbox once for all streams of this process, as long as there are any. */
@Injectable()
export class EventFeed implements OnApplicationShutdown {
  private readonly logger = new Logger('events');
  private readonly listeners = new Set<FeedListener>();
  private position: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();
  private isReadQueued = false;

  constructor(private readonly events: EventsRepository) {}

  /**
   * Once it resolves, `listener` gets every event that is committed from then on, in order. Answers how it stops;
   * throws 503 where the outbox cannot be read.
   */
  async listen(listener: FeedListener): Promise<() => void> {
    this.listeners.add(listener);
    if (this.timer === undefined) {
      this.timer = setInterval(() => this.wake(), POLL_INTERVAL_MS);
      this.timer.unref();
      this.wake();
    }
    const stop = (): void => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.rest();
    };
    // The first reading fixes where the feed stands: what is committed before it nobody would be told.
    await this.reading;
    if (this.position !== undefined) return stop;
    stop();
    throw commonErrors.unavailable(POLL_INTERVAL_MS, 'The events cannot be read at the moment.');
  }

  /** Something was committed: read it now. Those that ask meanwhile share the next reading. */
  wake(): void {
    if (this.isReadQueued || this.listeners.size === 0) return;
    this.isReadQueued = true;
    this.reading = this.reading.then(() => this.read());
  }

  /** How many committed events the listeners have not been told yet; 0 where nobody listens. */
  async lag(): Promise<number> {
    return this.position === undefined ? 0 : Math.max(0, (await this.events.newest()) - this.position);
  }

  announce(event: FeedEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  async onApplicationShutdown(): Promise<void> {
    this.rest();
    await this.reading;
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.position = undefined;
  }

  private async read(): Promise<void> {
    this.isReadQueued = false;
    try {
      // Who begins to listen reads what came before by itself; that both find the same event does no harm.
      let position = this.position ?? (await this.events.newest());
      for (;;) {
        const page = await this.events.findAfter(position, PAGE);
        for (const { seq, type, payload } of page) this.announce({ seq, type, payload });
        position = page.at(-1)?.seq ?? position;
        if (page.length < PAGE) break;
      }
      if (this.timer !== undefined) this.position = position;
    } catch (error) {
      this.logger.error({ msg: 'events could not be read and will be tried again', error });
    }
  }
}
