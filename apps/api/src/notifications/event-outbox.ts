import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../common/clock.js';
import { type DomainEvent, type EventRecorder, EventSink } from '../common/events/event-sink.js';
import { Database } from '../database/database.js';
import type { StoredEvent } from './event.entity.js';
import { EventFeed } from './event-feed.js';
import { EventsRepository } from './events.repository.js';

/**
 * Writes events in the transactions of what they tell, at the very end of each: taking a number makes other
 * transactions with events wait, so it is the last thing done, and never waits for a lock in its turn.
 */
@Injectable()
export class EventOutbox implements EventRecorder, OnModuleInit {
  private readonly pending = new WeakMap<EntityManager, DomainEvent[]>();

  constructor(
    private readonly sink: EventSink,
    private readonly feed: EventFeed,
    private readonly events: EventsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sink.register(this);
  }

  record(event: DomainEvent): void {
    // Every transaction has a manager of its own.
    const { manager } = this.database;
    const pending = this.pending.get(manager);
    if (pending) {
      pending.push(event);
      return;
    }
    const events = [event];
    this.database.beforeCommit(() => this.write(events));
    this.pending.set(manager, events);
  }

  announce(event: DomainEvent): void {
    this.feed.announce({ type: event.type, payload: payloadOf(event, this.clock.now()) });
  }

  private async write(pending: readonly DomainEvent[]): Promise<void> {
    const time = this.clock.now();
    const last = await this.events.take(pending.length);
    const first = last - pending.length + 1;
    const rows: StoredEvent[] = pending.map((event, index) => ({
      seq: first + index,
      type: event.type,
      ticketId: event.ticketId,
      payload: payloadOf(event, time),
      time,
    }));
    await this.events.insert(rows);
    this.database.afterCommit(() => this.feed.wake());
  }
}

function payloadOf(event: DomainEvent, time: number): string {
  return JSON.stringify({
    ticket_id: event.ticketId,
    ticket: event.ticketNumber,
    ...event.facts,
    time: new Date(time).toISOString(),
  });
}
