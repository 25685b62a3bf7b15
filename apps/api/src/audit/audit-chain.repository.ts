import { Injectable } from '@nestjs/common';
import { Between, In, IsNull } from 'typeorm';
import { Database } from '../database/database.js';
import { AuditEvent } from './audit-event.entity.js';
import { AuditHead } from './audit-head.entity.js';
import { AuditSeal } from './audit-seal.entity.js';

/** The one row of its table. */
const HEAD = 'head';

/** A link with its place, and the event that should be there. */
export interface Link {
  readonly eventId: string;
  readonly position: number;
  readonly hash: string | null;
  readonly event: AuditEvent | undefined;
}

@Injectable()
export class AuditChainRepository {
  constructor(private readonly database: Database) {}

  readHead(): Promise<AuditHead | null> {
    return this.database.repository(AuditHead).findOneBy({ id: HEAD });
  }

  /** The head, locked until the end of the transaction. */
  lockHead(): Promise<AuditHead | null> {
    const query = this.database.repository(AuditHead).createQueryBuilder('head').where('head.id = :id', { id: HEAD });
    return this.database.forUpdate(query).getOne();
  }

  async insertHead(sealed: string): Promise<void> {
    await this.database.repository(AuditHead).insert({ id: HEAD, sealed });
  }

  /** Only where it is still the one that was found. */
  async moveHead(found: string, sealed: string): Promise<void> {
    await this.database.repository(AuditHead).update({ id: HEAD, sealed: found }, { sealed });
  }

  hasPending(): Promise<boolean> {
    return this.database.repository(AuditSeal).existsBy({ position: IsNull() });
  }

  countPending(): Promise<number> {
    return this.database.repository(AuditSeal).countBy({ position: IsNull() });
  }

  /** Events that wait for their place, the oldest of them first; any of them where more wait, as sorting all would take long. */
  async findPending(limit: number): Promise<Pick<Link, 'eventId' | 'event'>[]> {
    const seals = await this.database.repository(AuditSeal).find({ where: { position: IsNull() }, take: limit });
    return this.withEvents(seals.sort((a, b) => (a.eventId < b.eventId ? -1 : 1)));
  }

  async seal(seals: readonly AuditSeal[]): Promise<void> {
    await this.database.repository(AuditSeal).upsert([...seals], ['eventId']);
  }

  /** The links from `from` to `to`, both included, in their order. */
  async findLinks(from: number, to: number): Promise<Link[]> {
    const seals = await this.database
      .repository(AuditSeal)
      .find({ where: { position: Between(from, to) }, order: { position: 'ASC' } });
    return this.withEvents(seals.map((seal) => ({ ...seal, position: Number(seal.position) })));
  }

  /** Events that nobody recorded in the usual way: they have no link, not even one that waits. */
  async findWithoutLink(limit: number): Promise<string[]> {
    const rows = await this.database
      .repository(AuditEvent)
      .createQueryBuilder('event')
      .select('event.id', 'id')
      .leftJoin(AuditSeal, 'seal', 'seal.event_id = event.id')
      .where('seal.event_id IS NULL')
      .orderBy('event.id')
      .limit(limit)
      .getRawMany<{ id: string }>();
    return rows.map(({ id }) => id);
  }

  private async withEvents<T extends Pick<AuditSeal, 'eventId'>>(
    seals: readonly T[],
  ): Promise<(T & { event: AuditEvent | undefined })[]> {
    const ids = seals.map(({ eventId }) => eventId);
    const events = await this.database.repository(AuditEvent).findBy({ id: In(ids) });
    const byId = new Map(events.map((event) => [event.id, event]));
    return seals.map((seal) => ({ ...seal, event: byId.get(seal.eventId) }));
  }
}
