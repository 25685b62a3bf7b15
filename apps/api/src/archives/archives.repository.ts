import { Injectable } from '@nestjs/common';
import { In, MoreThan, Not } from 'typeorm';
import type { Page, PageRequest } from '../common/http/page.js';
import { Database } from '../database/database.js';
import { findPage } from '../database/find-page.js';
import { escapeLike } from '../database/like.js';
import { Archive, type ArchiveState } from './archive.entity.js';

/** Everything a list of archives can be narrowed by; absent members do not narrow. */
export interface ArchiveFilter {
  readonly ticketIds?: readonly string[];
  readonly ticketKeyFrom?: string;
  readonly ticketKeyTo?: string;
  readonly platformId?: string;
  readonly ids?: readonly string[];
  readonly idFrom?: string;
  readonly idTo?: string;
  readonly nameContains?: string;
  /** Its first digits, or all. */
  readonly sha256?: string;
  readonly createdAt?: number;
  readonly createdFrom?: number;
  readonly createdTo?: number;
}

export interface ArchiveTotals {
  readonly count: number;
  readonly bytes: number;
}

const VISIBLE: readonly ArchiveState[] = ['stored', 'missing', 'corrupt'];

@Injectable()
export class ArchivesRepository {
  constructor(private readonly database: Database) {}

  list(request: PageRequest, filter: ArchiveFilter): Promise<Page<Archive>> {
    const query = this.database
      .repository(Archive)
      .createQueryBuilder('archive')
      .where('archive.state IN (:...visible)', { visible: VISIBLE });
    const id = this.database.bytewise('archive.id', true);
    const ofTicket = (condition: string): string =>
      `archive.ticket_id IN (SELECT t.id FROM ticket t WHERE ${condition})`;
    const ticketKey = this.database.bytewise('t.number_key', true);
    const conditions: [unknown, string, Record<string, unknown>][] = [
      [filter.ticketIds, 'archive.ticket_id IN (:...ticketIds)', { ticketIds: filter.ticketIds }],
      [filter.ids, 'archive.id IN (:...ids)', { ids: filter.ids }],
      [filter.idFrom, `${id} >= :idFrom`, { idFrom: filter.idFrom }],
      [filter.idTo, `${id} <= :idTo`, { idTo: filter.idTo }],
      // Whatever begins with it; `g` comes after every hexadecimal digit.
      [
        filter.sha256,
        'archive.sha256 >= :sha256 AND archive.sha256 < :sha256End',
        { sha256: filter.sha256, sha256End: `${filter.sha256}g` },
      ],
      [filter.ticketKeyFrom, ofTicket(`${ticketKey} >= :ticketKeyFrom`), { ticketKeyFrom: filter.ticketKeyFrom }],
      [filter.ticketKeyTo, ofTicket(`${ticketKey} <= :ticketKeyTo`), { ticketKeyTo: filter.ticketKeyTo }],
      [filter.createdAt, 'archive.time_create = :createdAt', { createdAt: filter.createdAt }],
      [filter.createdFrom, 'archive.time_create >= :createdFrom', { createdFrom: filter.createdFrom }],
      [filter.createdTo, 'archive.time_create <= :createdTo', { createdTo: filter.createdTo }],
      [filter.platformId, ofTicket('t.platform_id = :platformId'), { platformId: filter.platformId }],
    ];
    for (const [given, condition, parameters] of conditions) {
      if (given !== undefined) query.andWhere(condition, parameters);
    }
    if (filter.nameContains !== undefined) {
      query.andWhere(`${this.database.lowercase('archive.name')} LIKE :nameContains ESCAPE '\\'`, {
        nameContains: `%${escapeLike(filter.nameContains.toLowerCase())}%`,
      });
    }
    return findPage(this.database, query, request, { column: 'timeCreate', descending: true });
  }

  findVisible(id: string): Promise<Archive | null> {
    return this.database.repository(Archive).findOneBy({ id, state: In([...VISIBLE]) });
  }

  /** The newest archive of that name. */
  findNewestByName(ticketId: string, name: string): Promise<Archive | null> {
    return this.database
      .repository(Archive)
      .findOne({ where: { ticketId, name, state: In([...VISIBLE]) }, order: { timeCreate: 'DESC', id: 'DESC' } });
  }

  /** Of any name where `name` is null. */
  findRecentOfToken(tokenId: string, name: string | null, since: number): Promise<Archive[]> {
    return this.database
      .repository(Archive)
      .findBy({ tokenId, ...(name === null ? {} : { name }), state: 'stored', timeCreate: MoreThan(since) });
  }

  /** Bytes of the largest archive that came with this token; 0 where there is none. */
  async largestOfToken(tokenId: string, since: number): Promise<number> {
    const recent = await this.findRecentOfToken(tokenId, null, since);
    return Math.max(0, ...recent.map((archive) => archive.sizeBytes));
  }

  /** Oldest first; those that are being deleted too. */
  findOfTicket(ticketId: string): Promise<Archive[]> {
    return this.database.repository(Archive).find({ where: { ticketId }, order: { timeCreate: 'ASC', id: 'ASC' } });
  }

  findInState(state: ArchiveState): Promise<Archive[]> {
    return this.database.repository(Archive).findBy({ state });
  }

  /** In order of id, beginning after `afterId`; for walks over everything. */
  findBatch(afterId: string, limit: number): Promise<Archive[]> {
    return this.database
      .repository(Archive)
      .find({ where: { id: MoreThan(afterId) }, order: { id: 'ASC' }, take: limit });
  }

  async existingBlobKeys(keys: readonly string[]): Promise<Set<string>> {
    const rows = await this.database
      .repository(Archive)
      .find({ where: { blobKey: In([...keys]) }, select: { id: true, blobKey: true } });
    return new Set(rows.map((row) => row.blobKey));
  }

  async totalsOfTickets(ticketIds: readonly string[]): Promise<Map<string, ArchiveTotals>> {
    const rows = await this.database
      .repository(Archive)
      .createQueryBuilder('archive')
      .select('archive.ticket_id', 'ticketId')
      .addSelect('COUNT(*)', 'count')
      .addSelect('SUM(archive.size_bytes)', 'bytes')
      .where('archive.ticket_id IN (:...ticketIds)', { ticketIds })
      .andWhere('archive.state IN (:...visible)', { visible: VISIBLE })
      .groupBy('archive.ticket_id')
      .getRawMany<{ ticketId: string; count: string | number; bytes: string | number }>();
    return new Map(rows.map((row) => [row.ticketId, { count: Number(row.count), bytes: Number(row.bytes) }]));
  }

  /** Totals by platform, largest first. */
  async totalsOfPlatforms(): Promise<{ platformId: string; count: number; bytes: number }[]> {
    const rows = await this.database
      .repository(Archive)
      .createQueryBuilder('archive')
      .innerJoin('ticket', 'ticket', 'ticket.id = archive.ticket_id')
      .select('ticket.platform_id', 'platformId')
      .addSelect('COUNT(*)', 'count')
      .addSelect('SUM(archive.size_bytes)', 'bytes')
      .where('archive.state IN (:...visible)', { visible: VISIBLE })
      .groupBy('ticket.platform_id')
      .orderBy('SUM(archive.size_bytes)', 'DESC')
      .getRawMany<{ platformId: string; count: string | number; bytes: string | number }>();
    return rows.map((row) => ({ platformId: row.platformId, count: Number(row.count), bytes: Number(row.bytes) }));
  }

  /** Count and bytes of all archives by state. */
  async totalsOfStates(): Promise<Map<ArchiveState, ArchiveTotals>> {
    const rows = await this.database
      .repository(Archive)
      .createQueryBuilder('archive')
      .select('archive.state', 'state')
      .addSelect('COUNT(*)', 'count')
      .addSelect('SUM(archive.size_bytes)', 'bytes')
      .groupBy('archive.state')
      .getRawMany<{ state: ArchiveState; count: string | number; bytes: string | number }>();
    return new Map(rows.map((row) => [row.state, { count: Number(row.count), bytes: Number(row.bytes) }]));
  }

  count(): Promise<number> {
    return this.database.repository(Archive).count();
  }

  async insert(archive: Archive): Promise<void> {
    await this.database.repository(Archive).insert(archive);
  }

  /** Changes the state only where it is still the expected one: what is being deleted stays so. */
  async changeState(id: string, from: ArchiveState, to: ArchiveState): Promise<boolean> {
    const result = await this.database.repository(Archive).update({ id, state: from }, { state: to });
    return result.affected === 1;
  }

  /** True for exactly one of all who delete it. */
  async markDeleting(id: string): Promise<boolean> {
    const where = { id, state: Not<ArchiveState>('deleting') };
    return (await this.database.repository(Archive).update(where, { state: 'deleting' })).affected === 1;
  }

  async markDeletingOfTicket(ticketId: string): Promise<void> {
    await this.database.repository(Archive).update({ ticketId }, { state: 'deleting' });
  }

  async remove(id: string): Promise<void> {
    await this.database.repository(Archive).delete({ id });
  }
}
