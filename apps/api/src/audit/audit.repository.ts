import { Injectable } from '@nestjs/common';
import { Brackets, type FindOptionsWhere, In, Not } from 'typeorm';
import type { Page, PageRequest } from '../common/http/page.js';
import { Database } from '../database/database.js';
import { findPage } from '../database/find-page.js';
import { escapeLike } from '../database/like.js';
import { AuditEvent } from './audit-event.entity.js';
import { AuditSeal } from './audit-seal.entity.js';

/** Everything the trail can be narrowed by; absent members do not narrow. */
export interface AuditFilter {
  /** Exact, or a beginning that ends in a dot. */
  readonly action?: string;
  readonly actor?: string;
  readonly targetKind?: string;
  readonly target?: string;
  readonly address?: string;
  readonly from?: number;
  readonly to?: number;
}

@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** With a link that waits for its place in the chain. */
  async insert(event: AuditEvent): Promise<void> {
    await this.database.repository(AuditEvent).insert(event);
    await this.database.repository(AuditSeal).insert({ eventId: event.id });
  }

  /** Newest first. What was only looked at is left out: it would crowd out what was done. */
  findOfTargets(kind: string, ids: readonly string[], limit: number): Promise<AuditEvent[]> {
    return this.newest({ targetKind: kind, targetId: In([...ids]), action: Not('token.shown') }, limit);
  }

  findOfActors(ids: readonly string[], limit: number): Promise<AuditEvent[]> {
    return this.newest({ actorId: In([...ids]) }, limit);
  }

  private newest(where: FindOptionsWhere<AuditEvent>, limit: number): Promise<AuditEvent[]> {
    return this.database.repository(AuditEvent).find({ where, order: { time: 'DESC', id: 'DESC' }, take: limit });
  }

  list(request: PageRequest, filter: AuditFilter): Promise<Page<AuditEvent>> {
    const query = this.database.repository(AuditEvent).createQueryBuilder('event').where('1 = 1');
    const { action } = filter;
    const conditions: [unknown, string, Record<string, unknown>][] = [
      [
        action,
        action?.endsWith('.') ? `event.action LIKE :action ESCAPE '\\'` : 'event.action = :action',
        { action: action?.endsWith('.') ? `${escapeLike(action)}%` : action },
      ],
      [filter.targetKind, 'event.target_kind = :targetKind', { targetKind: filter.targetKind }],
      [filter.address, 'event.address = :address', { address: filter.address }],
      [filter.from, 'event.time >= :from', { from: filter.from }],
      [filter.to, 'event.time <= :to', { to: filter.to }],
    ];
    for (const [given, condition, parameters] of conditions) {
      if (given !== undefined) query.andWhere(condition, parameters);
    }
    for (const [name, value] of [
      ['actor', filter.actor],
      ['target', filter.target],
    ] as const) {
      if (value === undefined) continue;
      const parameters = { [name]: value };
      query.andWhere(
        new Brackets((either) =>
          either.where(`event.${name}_id = :${name}`, parameters).orWhere(`event.${name}_name = :${name}`, parameters),
        ),
      );
    }
    return findPage(this.database, query, request, { column: 'time', descending: true });
  }
}
