import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Page, PageRequest } from '../../common/http/page.js';
import { Database } from '../../database/database.js';
import { findPage } from '../../database/find-page.js';
import { Capture, type CaptureState } from './capture.entity.js';

const UNFINISHED: readonly CaptureState[] = ['running', 'finishing'];

@Injectable()
export class CapturesRepository {
  constructor(private readonly database: Database) {}

  list(request: PageRequest, ticketId: string | undefined): Promise<Page<Capture>> {
    const query = this.database.repository(Capture).createQueryBuilder('capture');
    if (ticketId !== undefined) query.where('capture.ticket_id = :ticketId', { ticketId });
    return findPage(this.database, query, request, { column: 'timeCreate', descending: true });
  }

  findOfTicket(ticketId: string): Promise<Capture[]> {
    return this.database.repository(Capture).findBy({ ticketId });
  }

  find(id: string): Promise<Capture | null> {
    return this.database.repository(Capture).findOneBy({ id });
  }

  findUnfinished(): Promise<Capture[]> {
    return this.database.repository(Capture).findBy({ state: In(UNFINISHED) });
  }

  countUnfinished(): Promise<number> {
    return this.database.repository(Capture).countBy({ state: In(UNFINISHED) });
  }

  /** Whether the same stream is being captured into the ticket. */
  isCaptured(ticketId: string, { app, space, site }: Pick<Capture, 'app' | 'space' | 'site'>): Promise<boolean> {
    return this.database.repository(Capture).existsBy({
      ticketId,
      state: In(UNFINISHED),
      ...{ app: app ?? IsNull(), space: space ?? IsNull(), site: site ?? IsNull() },
    });
  }

  async insert(capture: Capture): Promise<void> {
    // A copy: TypeORM puts into what it inserts the numbers that PostgreSQL answers, which are texts.
    await this.database.repository(Capture).insert({ ...capture });
  }

  /** Changes it only from that state; answers whether it did. */
  async updateInState(id: string, state: CaptureState, change: Partial<Capture>): Promise<boolean> {
    return (await this.database.repository(Capture).update({ id, state }, change)).affected === 1;
  }

  /** What had come is thrown away by whoever runs them, or with the ticket. */
  async cancelOfTicket(ticketId: string, endedAt: number): Promise<void> {
    await this.database
      .repository(Capture)
      .update({ ticketId, state: In(UNFINISHED) }, { state: 'cancelled', endedBy: 'staff', endedAt });
  }

  async forgetArchive(archiveId: string): Promise<void> {
    await this.database.repository(Capture).update({ archiveId }, { archiveId: null });
  }

  async removeOfTicket(ticketId: string): Promise<void> {
    await this.database.repository(Capture).delete({ ticketId });
  }
}
