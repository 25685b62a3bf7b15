import { Readable } from 'node:stream';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { StandingPrincipals } from '../auth/sessions/standing-principals.js';
import { AccessControl } from '../common/access/access-control.js';
import type { Principal, StaffPrincipal } from '../common/access/principal.js';
import { ShutdownSignal } from '../common/shutdown-signal.js';
import { EventFeed, type FeedEvent } from './event-feed.js';
import { HEARTBEAT, messageOf, positionMessage, RESET, RETRY } from './event-messages.js';
import { EventsRepository } from './events.repository.js';

const TICK_MS = 5_000;
/** A heartbeat every 15 s, so that no proxy takes a quiet stream for a dead one. */
const TICKS_PER_HEARTBEAT = 3;
/** Who missed more is told to read anew, which is quicker for both. */
const MAX_MISSED = 1_000;
/** Who reads so slowly is cut off, and comes back with the number of the last event it has seen. */
const MAX_WAITING_BYTES = 1024 * 1024;

interface OpenStream {
  readonly staff: StaffPrincipal;
  readonly output: Readable;
}

/** The open streams of live events: what goes into them, and when they end. */
@Injectable()
export class EventStreams implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly streams = new Set<OpenStream>();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private ticks = 0;

  constructor(
    private readonly access: AccessControl,
    private readonly principals: StandingPrincipals,
    private readonly feed: EventFeed,
    private readonly events: EventsRepository,
    private readonly shutdown: ShutdownSignal,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.round = this.round.then(() => this.tick());
    }, TICK_MS);
    this.timer.unref();
    this.shutdown.signal.addEventListener('abort', () => this.endAll());
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.endAll();
    await this.round;
  }

  /** Streams that are open in this process. */
  get count(): number {
    return this.streams.size;
  }

  /** The events after `lastSeen`, or from now on, as text/event-stream, until whoever asks may not see them any more. */
  async open(principal: Principal, lastSeen: number | undefined): Promise<Readable> {
    const staff = this.access.require(principal, 'events.read');
    const output = new Readable({ read: () => undefined });
    const stream = { staff, output };
    // Listening begins before reading what was missed: what comes in between waits, and nothing falls through.
    const waiting: FeedEvent[] = [];
    let told: number | undefined;
    const tell = (event: FeedEvent): void => {
      if (told === undefined) waiting.push(event);
      else if (event.seq === undefined || event.seq > told) {
        told = event.seq ?? told;
        this.write(stream, messageOf(event));
      }
    };
    const stop = await this.feed.listen(tell);
    output.once('close', () => {
      stop();
      this.streams.delete(stream);
    });
    this.streams.add(stream);
    try {
      const { from, text } = await this.beginning(lastSeen);
      this.write(stream, RETRY + text);
      told = from;
      for (const event of waiting.splice(0)) tell(event);
    } catch (error) {
      output.destroy();
      throw error;
    }
    if (this.shutdown.isDraining) output.push(null);
    return output;
  }

  /** What was missed, and up to which event that is. Numbers have no gaps: where one is missing, it is no longer kept. */
  private async beginning(lastSeen: number | undefined): Promise<{ from: number; text: string }> {
    const newest = await this.events.newest();
    if (lastSeen === undefined || lastSeen === newest) return { from: newest, text: positionMessage(newest) };
    const isKnown = lastSeen < newest && newest - lastSeen <= MAX_MISSED;
    const missed = isKnown ? await this.events.findAfter(lastSeen, MAX_MISSED) : [];
    if (missed[0]?.seq !== lastSeen + 1) return { from: newest, text: positionMessage(newest) + RESET };
    return { from: missed.at(-1)?.seq ?? newest, text: missed.map(messageOf).join('') };
  }

  private write({ output }: OpenStream, text: string): void {
    if (output.destroyed || output.readableEnded) return;
    output.push(text);
    if (output.readableLength > MAX_WAITING_BYTES) output.destroy();
  }

  private async tick(): Promise<void> {
    this.ticks += 1;
    const isHeartbeat = this.ticks % TICKS_PER_HEARTBEAT === 0;
    for (const stream of this.streams) {
      if (!(await this.principals.stillMay(stream.staff, 'events.read'))) this.end(stream);
      else if (isHeartbeat) this.write(stream, HEARTBEAT);
    }
  }

  private end(stream: OpenStream): void {
    this.streams.delete(stream);
    stream.output.push(null);
  }

  private endAll(): void {
    for (const stream of [...this.streams]) this.end(stream);
  }
}
