import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan } from 'typeorm';
import type { Page, PageRequest } from '../common/http/page.js';
import { Database } from '../database/database.js';
import { findPage } from '../database/find-page.js';
import { UploadToken } from './upload-token.entity.js';

@Injectable()
export class TokensRepository {
  constructor(private readonly database: Database) {}

  /** Those of customers, newest first. */
  findOfTickets(ticketIds: readonly string[]): Promise<UploadToken[]> {
    return this.database
      .repository(UploadToken)
      .find({ where: { ticketId: In([...ticketIds]), isInternal: false }, order: { timeCreate: 'DESC', id: 'DESC' } });
  }

  findAllOfTicket(ticketId: string): Promise<UploadToken[]> {
    return this.database.repository(UploadToken).findBy({ ticketId });
  }

  list(ticketId: string, request: PageRequest): Promise<Page<UploadToken>> {
    const query = this.database
      .repository(UploadToken)
      .createQueryBuilder('token')
      .where('token.ticket_id = :ticketId AND token.is_internal = :no', { ticketId, no: false });
    return findPage(this.database, query, request, { column: 'timeCreate', descending: true });
  }

  findById(id: string): Promise<UploadToken | null> {
    return this.database.repository(UploadToken).findOneBy({ id, isInternal: false });
  }

  findByHashes(hashes: readonly string[]): Promise<UploadToken | null> {
    return this.database.repository(UploadToken).findOneBy({ lookupHash: In([...hashes]), isInternal: false });
  }

  /** In order of id, beginning after `afterId`. */
  findBatch(afterId: string, limit: number): Promise<UploadToken[]> {
    return this.database
      .repository(UploadToken)
      .find({ where: { id: MoreThan(afterId) }, order: { id: 'ASC' }, take: limit });
  }

  /** Only where the token is still sealed as it was found. */
  async replaceSealed(id: string, found: string, change: Pick<UploadToken, 'sealed' | 'lookupHash'>): Promise<void> {
    await this.database.repository(UploadToken).update({ id, sealed: found }, change);
  }

  /** The token, locked until the end of the transaction. */
  lock(id: string): Promise<UploadToken | null> {
    const query = this.database.repository(UploadToken).createQueryBuilder('token').where('token.id = :id', { id });
    return this.database.forUpdate(query).getOne();
  }

  async insert(token: UploadToken): Promise<void> {
    await this.database.repository(UploadToken).insert(token);
  }

  async update(id: string, change: Partial<UploadToken>): Promise<void> {
    await this.database.repository(UploadToken).update({ id }, change);
  }

  /** True where this call revoked it. */
  async revoke(id: string, now: number): Promise<boolean> {
    const result = await this.database.repository(UploadToken).update({ id, revokedAt: IsNull() }, { revokedAt: now });
    return result.affected === 1;
  }

  async remove(id: string): Promise<void> {
    await this.database.repository(UploadToken).delete({ id });
  }

  async removeOfTicket(ticketId: string): Promise<void> {
    await this.database.repository(UploadToken).delete({ ticketId });
  }
}
