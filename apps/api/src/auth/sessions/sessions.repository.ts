import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan, MoreThan, Not } from 'typeorm';
import type { Page, PageRequest } from '../../common/http/page.js';
import { Database } from '../../database/database.js';
import { findPage } from '../../database/find-page.js';
import type { User } from '../users/user.entity.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Session } from './session.entity.js';

export interface SessionWithUser {
  readonly session: Session;
  readonly user: User;
}

const NEWEST_FIRST = { column: 'timeCreate', descending: true } as const;

/** Rows of `session` and `refresh_token`. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  async insert(session: Session): Promise<void> {
    await this.database.repository(Session).insert(session);
  }

  findById(id: string): Promise<Session | null> {
    return this.database.repository(Session).findOneBy({ id });
  }

  async findWithUser(id: string): Promise<SessionWithUser | null> {
    const session = await this.database.repository(Session).findOne({ where: { id }, relations: { user: true } });
    return session?.user ? { session, user: session.user } : null;
  }

  /** The sessions of one user that neither ended nor expired; idle ones are the caller's to tell. */
  page(userId: string, now: number, request: PageRequest): Promise<Page<Session>> {
    const query = this.database
      .repository(Session)
      .createQueryBuilder('session')
      .where('session.userId = :userId', { userId })
      .andWhere('session.endedAt IS NULL AND session.expiresAt > :now', { now });
    return findPage(this.database, query, request, NEWEST_FIRST);
  }

  async markSeen(id: string, now: number, notSince: number): Promise<void> {
    await this.database.repository(Session).update({ id, lastSeenAt: LessThan(notSince) }, { lastSeenAt: now });
  }

  /** True where this call ended it. */
  async end(id: string, reason: string, now: number): Promise<boolean> {
    const result = await this.database
      .repository(Session)
      .update({ id, endedAt: IsNull() }, { endedAt: now, endReason: reason, pendingTotpSealed: null });
    return result.affected === 1;
  }

  /** How many ended. */
  async endAllOf(userId: string, exceptId: string | undefined, reason: string, now: number): Promise<number> {
    const others = exceptId === undefined ? {} : { id: Not(exceptId) };
    const result = await this.database
      .repository(Session)
      .update({ userId, endedAt: IsNull(), ...others }, { endedAt: now, endReason: reason, pendingTotpSealed: null });
    return result.affected ?? 0;
  }

  async setSecondFactor(id: string, now: number): Promise<void> {
    await this.database.repository(Session).update({ id }, { secondFactorAt: now, wrongCodes: 0 });
  }

  /** The number of wrong codes in a row, this one included. */
  async addWrongCode(id: string): Promise<number> {
    await this.database.repository(Session).increment({ id }, 'wrongCodes', 1);
    return (await this.findById(id))?.wrongCodes ?? 0;
  }

  async setPendingTotp(id: string, sealed: string, now: number): Promise<void> {
    await this.database.repository(Session).update({ id }, { pendingTotpSealed: sealed, pendingTotpAt: now });
  }

  /** True for exactly one of all who confirm this very secret in a session that still lives. */
  async takePendingTotp(id: string, sealed: string): Promise<boolean> {
    const result = await this.database
      .repository(Session)
      .update({ id, pendingTotpSealed: sealed, endedAt: IsNull() }, { pendingTotpSealed: null, pendingTotpAt: null });
    return result.affected === 1;
  }

  /** Those in which a second factor is being set up, in order of id, beginning after `afterId`. */
  findWithPendingTotp(afterId: string, limit: number): Promise<Session[]> {
    const where = { id: MoreThan(afterId), pendingTotpSealed: Not(IsNull()) };
    return this.database.repository(Session).find({ where, order: { id: 'ASC' }, take: limit });
  }

  /** Only where the secret is still the one that was found. */
  async replacePendingTotp(id: string, found: string, sealed: string): Promise<void> {
    await this.database.repository(Session).update({ id, pendingTotpSealed: found }, { pendingTotpSealed: sealed });
  }

  /** Whether this user has logged in from this address since then. */
  async isKnownAddress(userId: string, address: string, since: number): Promise<boolean> {
    const found = await this.database
      .repository(Session)
      .createQueryBuilder('session')
      .select('session.id')
      .where('session.userId = :userId AND session.timeCreate > :since', { userId, since })
      .andWhere('session.address = :address', { address })
      .limit(1)
      .getOne();
    return found !== null;
  }

  async insertRefreshToken(tokenHash: string, sessionId: string, now: number): Promise<void> {
    await this.database.repository(RefreshToken).insert({ tokenHash, sessionId, spentAt: null, timeCreate: now });
  }

  findRefreshToken(tokenHashes: readonly string[]): Promise<RefreshToken | null> {
    return this.database.repository(RefreshToken).findOneBy({ tokenHash: In([...tokenHashes]) });
  }

  /** True for exactly one of all who bring this token. */
  async spendRefreshToken(tokenHash: string, now: number): Promise<boolean> {
    const result = await this.database
      .repository(RefreshToken)
      .update({ tokenHash, spentAt: IsNull() }, { spentAt: now });
    return result.affected === 1;
  }

  /** Forgets sessions that expired before then, with their refresh tokens. */
  async purge(before: number): Promise<void> {
    const expired = await this.database
      .repository(Session)
      .find({ select: { id: true }, where: { expiresAt: LessThan(before) }, take: 500 });
    const ids = expired.map((session) => session.id);
    if (ids.length === 0) return;
    await this.database.repository(RefreshToken).delete({ sessionId: In(ids) });
    await this.database.repository(Session).delete({ id: In(ids) });
  }
}
