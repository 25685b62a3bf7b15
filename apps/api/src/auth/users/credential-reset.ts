import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import { InvitationIssuer, type IssuedInvitation } from '../invitations/invitation-issuer.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { RecoveryCodesRepository } from '../two-factor/recovery-codes.repository.js';
import type { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';

export interface InvitedUser {
  readonly user: User;
  readonly invitation: IssuedInvitation;
}

/** Takes away what a user proves himself with. Works inside the transaction of whoever asks for it. */
@Injectable()
export class CredentialReset {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly apiKeys: ApiKeysRepository,
    private readonly recoveryCodes: RecoveryCodesRepository,
    private readonly invitations: InvitationIssuer,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes the second factor away together with the password, and answers the link on which both are set anew: a stolen
   * password never becomes a way round the second factor (ASVS 5.0.0-6.4.3, 6.4.4).
   */
  async reset(user: User): Promise<InvitedUser> {
    const cleared = { passwordHash: null, totpSealed: null, totpConfirmedAt: null, totpLastStep: 0, mayEnrol: false };
    await this.users.update(user.id, cleared);
    await this.recoveryCodes.deleteAllOf(user.id);
    await this.revokeAccess(user.id, 'second_factor_reset');
    const invitation = await this.invitations.issue(user.id);
    return { user: { ...user, ...cleared }, invitation };
  }

  /** Ends all sessions and API keys. */
  async revokeAccess(userId: string, reason: string): Promise<void> {
    const now = this.clock.now();
    await this.sessions.endAllOf(userId, undefined, reason, now);
    await this.apiKeys.revokeAllOf(userId, now);
  }
}
