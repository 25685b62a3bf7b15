import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../common/clock.js';
import { Database } from '../../database/database.js';
import { authErrors } from '../auth.errors.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { PasswordPolicy } from '../passwords/password-policy.js';
import type { SessionTransport } from '../sessions/session.entity.js';
import { MAX_WRONG_CODES } from '../sessions/session.rules.js';
import { SessionIssuer } from '../sessions/session-issuer.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { SecondFactor } from '../two-factor/second-factor.js';
import { matchingStep, normaliseCode } from '../two-factor/totp.js';
import { type ConfirmedSecondFactor, type OfferedSecret, offer } from '../two-factor/two-factor.service.js';
import type { User } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import { InvitationIssuer } from './invitation-issuer.js';
import { InvitationsRepository, type InvitationWithUser } from './invitations.repository.js';

export interface OpenedInvitation extends OfferedSecret {
  readonly username: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface Acceptance {
  readonly code: string;
  readonly password: string;
  readonly otp: string;
  readonly transport: SessionTransport;
}

/**
 * What the holder of an invitation does with it. The code is the right to it, hence no access check. Password and
 * second factor are set together: at no time is there an account that a password alone could enrol.
 */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly database: Database,
    private readonly invitations: InvitationsRepository,
    private readonly invitationCodes: InvitationIssuer,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly issuer: SessionIssuer,
    private readonly secondFactor: SecondFactor,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Whom it invites, and the second factor to scan: the same one however often it is opened. Throws 404. */
  async open(code: string): Promise<OpenedInvitation> {
    const { invitation, user } = await this.requireOpen(code);
    const secret = this.secondFactor.open(user.id, invitation.totpSealed);
    return { username: user.username, expiresAt: invitation.expiresAt, ...(await offer(secret, user.username)) };
  }

  /** Throws 404 `invitation_invalid`, 422 for the password, 403 `wrong_code`. */
  async accept(acceptance: Acceptance): Promise<ConfirmedSecondFactor> {
    const found = await this.requireOpen(acceptance.code);
    this.policy.require(acceptance.password, found.user.username);
    const secret = this.secondFactor.open(found.user.id, found.invitation.totpSealed);
    const step = matchingStep(secret, normaliseCode(acceptance.otp), 0, this.clock.now());
    if (step === undefined) throw authErrors.wrongCode(MAX_WRONG_CODES);
    const passwordHash = await this.hasher.hash(acceptance.password);
    // Sealed anew, as it may have been sealed with a SECRET_KEY that is just being replaced.
    const credentials = { passwordHash, totpSealed: this.secondFactor.seal(found.user.id, secret), totpLastStep: step };
    return this.database.transaction(() => this.complete(found, acceptance.transport, credentials));
  }

  private async complete(
    { invitation, user }: InvitationWithUser,
    transport: SessionTransport,
    credentials: Pick<User, 'passwordHash' | 'totpSealed' | 'totpLastStep'>,
  ): Promise<ConfirmedSecondFactor> {
    const now = this.clock.now();
    const locked = await this.users.lock(user.id);
    if (!locked?.isActive || !(await this.invitations.take(invitation.id, now))) throw authErrors.invitationInvalid();
    const changes = { ...credentials, totpConfirmedAt: now, mayEnrol: false, lastLoginAt: now };
    await this.users.update(user.id, changes);
    await this.sessions.endAllOf(user.id, undefined, 'invitation_accepted', now);
    const recoveryCodes = await this.secondFactor.replaceRecoveryCodes(user.id);
    const issued = await this.issuer.start({ ...locked, ...changes }, transport, now);
    await this.audit.record({
      action: 'invitation.accepted',
      actor: { kind: 'staff', id: user.id, name: user.username },
      target: { kind: 'user', id: user.id, name: user.username },
    });
    return { recoveryCodes, issued };
  }

  private async requireOpen(code: string): Promise<InvitationWithUser> {
    const found = await this.invitations.findByCode(this.invitationCodes.hashes(code));
    const isOpen = found && found.invitation.usedAt === null && found.invitation.expiresAt > this.clock.now();
    if (!isOpen || !found.user.isActive) throw authErrors.invitationInvalid();
    return found;
  }
}
