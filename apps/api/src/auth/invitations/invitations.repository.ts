import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan } from 'typeorm';
import { Database } from '../../database/database.js';
import type { User } from '../users/user.entity.js';
import { Invitation } from './invitation.entity.js';

export interface InvitationWithUser {
  readonly invitation: Invitation;
  readonly user: User;
}

/** Rows of `invitation`. */
@Injectable()
export class InvitationsRepository {
  constructor(private readonly database: Database) {}

  async insert(invitation: Invitation): Promise<void> {
    await this.database.repository(Invitation).insert(invitation);
  }

  async findByCode(codeHashes: readonly string[]): Promise<InvitationWithUser | null> {
    const invitation = await this.database
      .repository(Invitation)
      .findOne({ where: { codeHash: In([...codeHashes]) }, relations: { user: true } });
    return invitation?.user ? { invitation, user: invitation.user } : null;
  }

  /** True for exactly one of all who accept it. */
  async take(id: string, now: number): Promise<boolean> {
    const result = await this.database.repository(Invitation).update({ id, usedAt: IsNull() }, { usedAt: now });
    return result.affected === 1;
  }

  /** Those that may still be accepted, in order of id, beginning after `afterId`. */
  findOpen(afterId: string, limit: number): Promise<Invitation[]> {
    const where = { id: MoreThan(afterId), usedAt: IsNull() };
    return this.database.repository(Invitation).find({ where, order: { id: 'ASC' }, take: limit });
  }

  /** Only where the secret is still the one that was found. */
  async replaceTotpSealed(id: string, found: string, sealed: string): Promise<void> {
    await this.database.repository(Invitation).update({ id, totpSealed: found }, { totpSealed: sealed });
  }

  /** Links made before stop working. */
  async closeAllOf(userId: string, now: number): Promise<void> {
    await this.database.repository(Invitation).update({ userId, usedAt: IsNull() }, { usedAt: now });
  }
}
