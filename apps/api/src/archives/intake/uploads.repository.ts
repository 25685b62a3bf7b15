import { Injectable } from '@nestjs/common';
import { In, LessThanOrEqual, Not } from 'typeorm';
import type { Page, PageRequest } from '../../common/http/page.js';
import { Database } from '../../database/database.js';
import { findPage } from '../../database/find-page.js';
import { CONTINUABLE_DOORS, Upload, type UploadDoor, type UploadState } from './upload.entity.js';

/** SQL for "holds an attempt": bytes may still come, or the archive is just being made. */
const HOLDS_ATTEMPT = `(upload.is_replay = :no AND (upload.state = 'finishing' OR (upload.state = 'receiving' AND upload.lease_until > :now)))`;

@Injectable()
export class UploadsRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<Upload | null> {
    return this.database.repository(Upload).findOneBy({ id });
  }

  /** The upload, locked until the end of the transaction. */
  lock(id: string): Promise<Upload | null> {
    const query = this.database.repository(Upload).createQueryBuilder('upload').where('upload.id = :id', { id });
    return this.database.forUpdate(query).getOne();
  }

  findByClientKey(tokenId: string, hashes: readonly string[]): Promise<Upload | null> {
    return this.database
      .repository(Upload)
      .findOneBy({ tokenId, clientKeyHash: In([...hashes]), state: Not<UploadState>('deleting') });
  }

  /** Uploads of a ticket that customers have under way, newest first. */
  listUnderWay(ticketId: string, request: PageRequest): Promise<Page<Upload>> {
    const query = this.database
      .repository(Upload)
      .createQueryBuilder('upload')
      .where(`upload.ticket_id = :ticketId AND upload.state IN ('receiving', 'finishing')`, { ticketId })
      .andWhere(`upload.door <> 'capture'`);
    return findPage(this.database, query, request, { column: 'timeCreate', descending: true });
  }

  /** All of them at once. */
  findUnderWay(ticketId: string): Promise<Upload[]> {
    return this.database.repository(Upload).find({
      where: { ticketId, state: In<UploadState>(['receiving', 'finishing']), door: Not<UploadDoor>('capture') },
      order: { timeCreate: 'DESC' },
    });
  }

  findInState(state: UploadState): Promise<Upload[]> {
    return this.database.repository(Upload).findBy({ state });
  }

  async countByState(): Promise<Map<UploadState, number>> {
    const rows = await this.database
      .repository(Upload)
      .createQueryBuilder('upload')
      .select('upload.state', 'state')
      .addSelect('COUNT(*)', 'count')
      .groupBy('upload.state')
      .getRawMany<{ state: UploadState; count: string | number }>();
    return new Map(rows.map((row) => [row.state, Number(row.count)]));
  }

  /** What nobody can continue any more: its time is over, or its one request ended without anybody noticing. */
  findExpired(now: number): Promise<Upload[]> {
    return this.database.repository(Upload).findBy([
      { expiresAt: LessThanOrEqual(now), state: In<UploadState>(['receiving', 'done']) },
      { leaseUntil: LessThanOrEqual(now), state: 'receiving', door: Not(In(CONTINUABLE_DOORS)) },
    ]);
  }

  /** The present writer of each of the ids that is still receiving. */
  async findWriterEpochs(ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.database
      .repository(Upload)
      .find({ where: { id: In([...ids]), state: 'receiving' }, select: { id: true, writerEpoch: true } });
    return new Map(rows.map(({ id, writerEpoch }) => [id, writerEpoch]));
  }

  /** Those of the ids whose uploads are finished. */
  async doneAmong(ids: readonly string[]): Promise<string[]> {
    const rows = await this.database
      .repository(Upload)
      .find({ where: { id: In([...ids]), state: 'done' }, select: { id: true } });
    return rows.map((row) => row.id);
  }

  /** Uploads of the same token, name and bytes whose archive is just being made. */
  findFinishingTwins(
    upload: Pick<Upload, 'id' | 'tokenId' | 'name' | 'durableBytes'>,
    sha256: string,
  ): Promise<Upload[]> {
    const { id, tokenId, name, durableBytes } = upload;
    return this.database
      .repository(Upload)
      .findBy({ id: Not(id), tokenId, name, durableBytes, sha256, state: 'finishing' });
  }

  findOfTicket(ticketId: string): Promise<Upload[]> {
    return this.database.repository(Upload).findBy({ ticketId });
  }

  /** Attempts held, by token; `except` does not count. */
  async countLeases(tokenIds: readonly string[], now: number, except = ''): Promise<Map<string, number>> {
    const rows = await this.database
      .repository(Upload)
      .createQueryBuilder('upload')
      .select('upload.token_id', 'tokenId')
      .addSelect('COUNT(*)', 'count')
      .where('upload.token_id IN (:...tokenIds)', { tokenIds })
      .andWhere('upload.id <> :except', { except })
      .andWhere(HOLDS_ATTEMPT, { no: false, now })
      .groupBy('upload.token_id')
      .getRawMany<{ tokenId: string; count: string | number }>();
    return new Map(rows.map((row) => [row.tokenId, Number(row.count)]));
  }

  /** How many repeated uploads of this token are under way. */
  countReplays(tokenId: string, now: number): Promise<number> {
    return this.database
      .repository(Upload)
      .createQueryBuilder('upload')
      .where(`upload.token_id = :tokenId AND upload.is_replay = :yes AND upload.state IN ('receiving', 'finishing')`, {
        tokenId,
        yes: true,
      })
      .andWhere('upload.lease_until > :now', { now })
      .getCount();
  }

  /** Bytes that uploads under way have declared and not yet written. */
  async reservedBytes(now: number, except = ''): Promise<number> {
    const row = await this.database
      .repository(Upload)
      .createQueryBuilder('upload')
      .select('COALESCE(SUM(upload.declared_bytes - upload.durable_bytes), 0)', 'bytes')
      .where(`upload.state = 'receiving' AND upload.lease_until > :now AND upload.declared_bytes IS NOT NULL`, { now })
      .andWhere('upload.id <> :except', { except })
      .getRawOne<{ bytes: string | number }>();
    return Number(row?.bytes ?? 0);
  }

  async insert(upload: Upload): Promise<void> {
    // A copy: TypeORM writes what the database says of columns with defaults back, and PostgreSQL says a bigint as text.
    await this.database.repository(Upload).insert({ ...upload });
  }

  /** Takes the client's key from an upload that is being removed, so that another can have it. */
  async freeClientKey(tokenId: string, hashes: readonly string[]): Promise<void> {
    await this.database
      .repository(Upload)
      .update({ tokenId, clientKeyHash: In([...hashes]), state: 'deleting' }, { clientKeyHash: null });
  }

  async update(id: string, change: Partial<Upload>): Promise<void> {
    await this.database.repository(Upload).update({ id }, change);
  }

  /** Changes it only from that state; answers whether it did. */
  async updateInState(id: string, state: UploadState, change: Partial<Upload>): Promise<boolean> {
    const result = await this.database.repository(Upload).update({ id, state }, change);
    return result.affected === 1;
  }

  /** Writes a durable offset if this writer has not been replaced; answers whether it did. */
  async advance(
    id: string,
    writerEpoch: number,
    change: Pick<Upload, 'durableBytes' | 'leaseUntil' | 'timeUpdate'>,
  ): Promise<boolean> {
    const result = await this.database
      .repository(Upload)
      .update({ id, writerEpoch, state: In<UploadState>(['receiving']) }, change);
    return result.affected === 1;
  }

  /** Hides all uploads of a ticket, whatever they are doing. */
  async markDeletingOfTicket(ticketId: string): Promise<void> {
    await this.database.repository(Upload).update({ ticketId }, { state: 'deleting' });
  }

  /** Forgets which upload became this archive, so that no answer speaks of it any more. */
  async removeOfArchive(archiveId: string): Promise<void> {
    await this.database.repository(Upload).delete({ archiveId });
  }

  async remove(id: string): Promise<void> {
    await this.database.repository(Upload).delete({ id });
  }
}
