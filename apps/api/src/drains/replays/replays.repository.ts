import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../common/http/page.js';
import { Database } from '../../database/database.js';
import { findPage } from '../../database/find-page.js';
import { Replay } from './replay.entity.js';

export interface ReplayFilter {
  readonly ticketId?: string | undefined;
  readonly archiveId?: string | undefined;
}

@Injectable()
export class ReplaysRepository {
  constructor(private readonly database: Database) {}

  list(request: PageRequest, { ticketId, archiveId }: ReplayFilter): Promise<Page<Replay>> {
    const query = this.database.repository(Replay).createQueryBuilder('replay');
    if (ticketId !== undefined) query.andWhere('replay.ticket_id = :ticketId', { ticketId });
    if (archiveId !== undefined) query.andWhere('replay.archive_id = :archiveId', { archiveId });
    return findPage(this.database, query, request, { column: 'timeCreate', descending: true });
  }

  find(id: string): Promise<Replay | null> {
    return this.database.repository(Replay).findOneBy({ id });
  }

  findRunning(): Promise<Replay[]> {
    return this.database.repository(Replay).findBy({ state: 'running' });
  }

  findOfTicket(ticketId: string): Promise<Replay[]> {
    return this.database.repository(Replay).findBy({ ticketId });
  }

  findOfArchive(archiveId: string): Promise<Replay[]> {
    return this.database.repository(Replay).findBy({ archiveId });
  }

  countRunning(): Promise<number> {
    return this.database.repository(Replay).countBy({ state: 'running' });
  }

  isReplayed(archiveId: string, drainId: string): Promise<boolean> {
    return this.database.repository(Replay).existsBy({ archiveId, drainId, state: 'running' });
  }

  async insert(replay: Replay): Promise<void> {
    // A copy: TypeORM puts into what it inserts the numbers that PostgreSQL answers, which are texts.
    await this.database.repository(Replay).insert({ ...replay });
  }

  /** Changes it only while it is running; answers whether it did. */
  async updateRunning(id: string, change: Partial<Replay>): Promise<boolean> {
    return (await this.database.repository(Replay).update({ id, state: 'running' }, change)).affected === 1;
  }

  async cancelOfTicket(ticketId: string, endedAt: number): Promise<void> {
    await this.database
      .repository(Replay)
      .update({ ticketId, state: 'running' }, { state: 'cancelled', error: null, endedAt });
  }

  async removeOfTicket(ticketId: string): Promise<void> {
    await this.database.repository(Replay).delete({ ticketId });
  }

  async removeOfArchive(archiveId: string): Promise<void> {
    await this.database.repository(Replay).delete({ archiveId });
  }
}
