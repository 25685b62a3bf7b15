import { Injectable } from '@nestjs/common';
import { In, type SelectQueryBuilder } from 'typeorm';
import type { Page, PageRequest } from '../common/http/page.js';
import { Database } from '../database/database.js';
import { findPage } from '../database/find-page.js';
import { escapeLike } from '../database/like.js';
import { Ticket } from './ticket.entity.js';
import type { TicketOrder } from './ticket.rules.js';

/** Everything a list of tickets can be narrowed by; absent members do not narrow. */
export interface TicketFilter {
  readonly numbers?: readonly string[];
  readonly numberContains?: string;
  readonly numberKeyFrom?: string;
  readonly numberKeyTo?: string;
  readonly ids?: readonly string[];
  readonly idFrom?: string;
  readonly idTo?: string;
  readonly resolved?: boolean;
  readonly username?: string;
  readonly platformId?: string;
  /** Lower-case words, all of which must occur. */
  readonly words?: readonly string[];
  readonly createdFrom?: number;
  readonly createdTo?: number;
}

@Injectable()
export class TicketsRepository {
  constructor(private readonly database: Database) {}

  list(request: PageRequest, filter: TicketFilter, order: TicketOrder): Promise<Page<Ticket>> {
    const query = this.database
      .repository(Ticket)
      .createQueryBuilder('ticket')
      .where('ticket.is_deleting = :isDeleting', { isDeleting: false });
    this.narrow(query, filter);
    return findPage(this.database, query, request, order);
  }

  findVisible(number: string): Promise<Ticket | null> {
    return this.database.repository(Ticket).findOneBy({ number, isDeleting: false });
  }

  findById(id: string): Promise<Ticket | null> {
    return this.database.repository(Ticket).findOneBy({ id });
  }

  findByIds(ids: readonly string[]): Promise<Ticket[]> {
    return this.database.repository(Ticket).findBy({ id: In([...ids]) });
  }

  /** The ticket, locked until the end of the transaction. */
  lock(id: string): Promise<Ticket | null> {
    const query = this.database.repository(Ticket).createQueryBuilder('ticket').where('ticket.id = :id', { id });
    return this.database.forUpdate(query).getOne();
  }

  /** Those of the numbers that are visible, locked until the end of the transaction. */
  lockVisible(numbers: readonly string[]): Promise<Ticket[]> {
    const query = this.database
      .repository(Ticket)
      .createQueryBuilder('ticket')
      .where('ticket.number IN (:...numbers)', { numbers })
      .andWhere('ticket.is_deleting = :isDeleting', { isDeleting: false })
      // In one order everywhere, so that two who lock several never wait for each other.
      .orderBy('ticket.id');
    return this.database.forUpdate(query).getMany();
  }

  findDeleting(): Promise<Ticket[]> {
    return this.database.repository(Ticket).findBy({ isDeleting: true });
  }

  findOfPlatform(platformId: string): Promise<Ticket[]> {
    return this.database.repository(Ticket).findBy({ platformId });
  }

  countOfPlatform(platformId: string): Promise<number> {
    return this.database.repository(Ticket).countBy({ platformId });
  }

  isNumberTaken(number: string): Promise<boolean> {
    return this.database.repository(Ticket).existsBy({ number });
  }

  async insert(ticket: Ticket): Promise<void> {
    await this.database.repository(Ticket).insert(ticket);
  }

  /** Counts as an edit; the ticket has to be locked. */
  async update({ id, version }: Ticket, change: Partial<Ticket>): Promise<void> {
    await this.database.repository(Ticket).update({ id }, { ...change, version: version + 1 });
  }

  async touch(id: string, time: number): Promise<void> {
    await this.database.repository(Ticket).update({ id }, { timeUpdate: time });
  }

  /** True for exactly one of all who delete it. */
  async markDeleting(id: string): Promise<boolean> {
    const result = await this.database.repository(Ticket).update({ id, isDeleting: false }, { isDeleting: true });
    return result.affected === 1;
  }

  async remove(id: string): Promise<void> {
    await this.database.repository(Ticket).delete({ id });
  }

  private narrow(query: SelectQueryBuilder<Ticket>, filter: TicketFilter): void {
    const text = (column: string): string => this.database.bytewise(`ticket.${column}`, true);
    const conditions: [unknown, string, Record<string, unknown>][] = [
      [filter.numbers, 'ticket.number IN (:...numbers)', { numbers: filter.numbers }],
      [filter.numberKeyFrom, `${text('number_key')} >= :numberKeyFrom`, { numberKeyFrom: filter.numberKeyFrom }],
      [filter.numberKeyTo, `${text('number_key')} <= :numberKeyTo`, { numberKeyTo: filter.numberKeyTo }],
      [filter.ids, 'ticket.id IN (:...ids)', { ids: filter.ids }],
      [filter.idFrom, `${text('id')} >= :idFrom`, { idFrom: filter.idFrom }],
      [filter.idTo, `${text('id')} <= :idTo`, { idTo: filter.idTo }],
      [filter.resolved, 'ticket.resolved = :resolved', { resolved: filter.resolved }],
      [filter.username, 'ticket.username = :username', { username: filter.username }],
      [filter.platformId, 'ticket.platform_id = :platformId', { platformId: filter.platformId }],
      [filter.createdFrom, 'ticket.time_create >= :createdFrom', { createdFrom: filter.createdFrom }],
      [filter.createdTo, 'ticket.time_create <= :createdTo', { createdTo: filter.createdTo }],
    ];
    for (const [given, condition, parameters] of conditions) {
      if (given !== undefined) query.andWhere(condition, parameters);
    }
    if (filter.numberContains !== undefined) {
      query.andWhere(`LOWER(ticket.number) LIKE :numberContains ESCAPE '\\'`, {
        numberContains: `%${escapeLike(filter.numberContains.toLowerCase())}%`,
      });
    }
    for (const [index, word] of (filter.words ?? []).entries()) {
      query.andWhere(`ticket.search_text LIKE :word${index} ESCAPE '\\'`, {
        [`word${index}`]: `%${escapeLike(word)}%`,
      });
    }
  }
}
