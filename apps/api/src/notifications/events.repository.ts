import { Injectable } from '@nestjs/common';
import { LessThan, LessThanOrEqual, MoreThan } from 'typeorm';
import { Database } from '../database/database.js';
import { StoredEvent } from './event.entity.js';
import { EventSequence } from './event-sequence.entity.js';

const SEQUENCE = { name: 'event' };

@Injectable()
export class EventsRepository {
  constructor(private readonly database: Database) {}

  /** Takes `count` numbers and answers the last of them; others wait for theirs until this transaction ends. */
  async take(count: number): Promise<number> {
    const sequence = this.database.repository(EventSequence);
    const taken = await sequence.increment(SEQUENCE, 'value', count);
    if (taken.affected === 0) {
      await sequence
        .createQueryBuilder()
        .insert()
        .values({ ...SEQUENCE, value: 0 })
        .orIgnore()
        .execute();
      await sequence.increment(SEQUENCE, 'value', count);
    }
    return (await sequence.findOneByOrFail(SEQUENCE)).value;
  }

  /** The number of the newest event; 0 where none has happened yet. */
  async newest(): Promise<number> {
    return (await this.database.repository(EventSequence).findOneBy(SEQUENCE))?.value ?? 0;
  }

  async insert(events: StoredEvent[]): Promise<void> {
    await this.database.repository(StoredEvent).insert(events);
  }

  /** Those after `seq`, oldest first. */
  findAfter(seq: number, limit: number): Promise<StoredEvent[]> {
    return this.database
      .repository(StoredEvent)
      .find({ where: { seq: MoreThan(seq) }, order: { seq: 'ASC' }, take: limit });
  }

  /** Removes what is older than `time`, from the oldest on, so that what stays has no gaps. */
  async removeBefore(time: number): Promise<void> {
    const events = this.database.repository(StoredEvent);
    const last = await events.findOne({ where: { time: LessThan(time) }, order: { seq: 'DESC' } });
    if (last) await events.delete({ seq: LessThanOrEqual(last.seq) });
  }
}
