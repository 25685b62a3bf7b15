import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { staffActor } from '../../audit/audit-actors.js';
import { accessErrors } from '../../common/access/access.errors.js';
import { AccessControl } from '../../common/access/access-control.js';
import type { Principal, SessionCredential, StaffPrincipal } from '../../common/access/principal.js';
import { Clock } from '../../common/clock.js';
import { Database } from '../../database/database.js';
import { authErrors } from '../auth.errors.js';
import { PasswordProof } from '../passwords/password-proof.js';
import { isRecentLogin, RECENT_LOGIN_MS } from '../sessions/session.rules.js';
import type { IssuedSession } from '../sessions/session-issuer.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import type { User } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import { RecoveryCodesRepository } from './recovery-codes.repository.js';
import { requireAccepted, SecondFactor, type SessionCodeOutcome } from './second-factor.js';
import { matchingStep, newTotpSecret, normaliseCode, otpauthUrl, qrSvg } from './totp.js';

/** A secret on its way into an authenticator app; shown now and never again. */
export interface OfferedSecret {
  readonly secret: string;
  readonly otpauthUrl: string;
  readonly qrSvg: string;
}

/** What changing an existing second factor needs. */
export interface BothFactors {
  readonly password?: string;
  readonly otp?: string;
}

export interface ConfirmedSecondFactor {
  readonly recoveryCodes: readonly string[];
  readonly issued: IssuedSession;
}

/** Who asks, and the session with which: API keys never get here. */
interface Asker {
  readonly staff: StaffPrincipal;
  readonly session: SessionCredential;
}

/** A user's own second factor. */
@Injectable()
export class TwoFactorService {
  constructor(
    private readonly access: AccessControl,
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly codes: RecoveryCodesRepository,
    private readonly secondFactor: SecondFactor,
    private readonly passwords: PasswordProof,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Offers a secret. Nothing changes until it is confirmed in the same session within ten minutes. */
  async setUp(principal: Principal, proof: BothFactors): Promise<OfferedSecret> {
    const asker = this.requireSession(principal);
    if (!isRecentLogin(asker.session.authenticatedAt, this.clock.now())) throw authErrors.recentLoginRequired();
    const user = await this.requireUser(asker.staff);
    if (user.totpConfirmedAt === null && !user.mayEnrol) throw authErrors.enrolmentByInvitation();
    const isReplacing = user.totpConfirmedAt !== null;
    if (isReplacing) await this.passwords.require(asker.staff, proof.password ?? '');
    const secret = newTotpSecret();
    await this.proveAnd(asker, isReplacing ? (proof.otp ?? '') : undefined, () =>
      this.sessions.setPendingTotp(asker.session.sessionId, this.secondFactor.seal(user.id, secret), this.clock.now()),
    );
    return offer(secret, user.username);
  }

  /**
   * Makes the offered secret the second factor. All other sessions end: whoever had one may not be the one who just
   * proved to be here (ASVS 5.0.0-7.4.3).
   */
  async confirm(principal: Principal, code: string): Promise<ConfirmedSecondFactor> {
    const asker = this.requireSession(principal);
    const result = await this.database.transaction(() => this.tryConfirm(asker, code));
    if (result.kind === 'confirmed') return result;
    if (result.kind === 'none') throw authErrors.noSetupPending();
    requireAccepted(result);
    throw authErrors.noSetupPending();
  }

  /** Proves the second factor again, for what needs it fresh. Answers the epoch millisecond of the proof. */
  async verify(principal: Principal, code: string): Promise<number> {
    const asker = this.requireSession(principal);
    await this.proveAnd(asker, code, async () => undefined);
    return this.clock.now();
  }

  /** Ten new recovery codes; the old ones stop working. */
  async regenerateRecoveryCodes(principal: Principal, proof: BothFactors): Promise<string[]> {
    const asker = this.requireSession(principal);
    await this.passwords.require(asker.staff, proof.password ?? '');
    return this.proveAnd(asker, proof.otp ?? '', async (user) => {
      const codes = await this.secondFactor.replaceRecoveryCodes(user.id);
      await this.audit.record({ action: 'recovery_codes.regenerated', actor: staffActor(asker.staff) });
      return codes;
    });
  }

  /** Removes the second factor. A new one then needs an invitation, so the last enrolled administrator cannot. */
  async remove(principal: Principal, proof: BothFactors): Promise<void> {
    const asker = this.requireSession(principal);
    await this.passwords.require(asker.staff, proof.password ?? '');
    await this.proveAnd(asker, proof.otp ?? '', async (user) => {
      if (user.role === 'admin') {
        const administrators = await this.users.lockAdministrators();
        if (!administrators.some((other) => other.id !== user.id && other.totpConfirmedAt !== null))
          throw authErrors.lastAdministrator();
      }
      await this.users.update(user.id, { totpSealed: null, totpConfirmedAt: null, totpLastStep: 0, mayEnrol: false });
      await this.codes.deleteAllOf(user.id);
      await this.sessions.endAllOf(user.id, asker.session.sessionId, 'second_factor_removed', this.clock.now());
      await this.audit.record({
        action: 'second_factor.removed',
        actor: staffActor(asker.staff),
        target: { kind: 'user', id: user.id, name: user.username },
      });
    });
  }

  private async tryConfirm(asker: Asker, code: string) {
    const user = await this.users.lock(asker.staff.userId);
    const session = await this.sessions.findById(asker.session.sessionId);
    const sealed = session?.pendingTotpSealed;
    const now = this.clock.now();
    if (!user || !session || !sealed || now - (session.pendingTotpAt ?? 0) > RECENT_LOGIN_MS)
      return { kind: 'none' } as const;
    const secret = this.secondFactor.open(user.id, sealed);
    const step = matchingStep(secret, normaliseCode(code), 0, now);
    if (step === undefined) return this.secondFactor.countWrongCode(user, session.id);
    if (!(await this.sessions.takePendingTotp(session.id, sealed))) return { kind: 'none' } as const;
    await this.users.update(user.id, {
      // Sealed anew, as it may have been sealed with a SECRET_KEY that is just being replaced.
      totpSealed: this.secondFactor.seal(user.id, secret),
      totpConfirmedAt: now,
      totpLastStep: step,
      mayEnrol: false,
    });
    await this.sessions.setSecondFactor(session.id, now);
    await this.sessions.endAllOf(user.id, session.id, 'second_factor_changed', now);
    const recoveryCodes = await this.secondFactor.replaceRecoveryCodes(user.id);
    await this.audit.record({
      action: 'second_factor.confirmed',
      actor: staffActor(asker.staff),
      target: { kind: 'user', id: user.id, name: user.username },
    });
    const issued = {
      session: { ...session, secondFactorAt: now },
      user: { ...user, totpConfirmedAt: now, mayEnrol: false },
    };
    return { kind: 'confirmed', recoveryCodes, issued } as const;
  }

  /** Spends the code (where one is asked for) and does the work in one transaction; throws 403, 401 or 429 after it. */
  private async proveAnd<T>(asker: Asker, code: string | undefined, work: (user: User) => Promise<T>): Promise<T> {
    const result = await this.database.transaction(async () => {
      const user = await this.users.lock(asker.staff.userId);
      if (!user?.isActive) throw authErrors.invalidToken();
      if (code === undefined) return { outcome: undefined, value: await work(user) };
      if (user.totpConfirmedAt === null) throw accessErrors.enrolmentRequired();
      const outcome: SessionCodeOutcome = await this.secondFactor.spendInSession(user, asker.session.sessionId, code);
      return outcome.kind === 'accepted' ? { outcome, value: await work(user) } : { outcome };
    });
    if (result.outcome) requireAccepted(result.outcome);
    return result.value as T;
  }

  private requireSession(principal: Principal): Asker {
    const staff = this.access.require(principal, 'self.manage');
    if (staff.credential.kind !== 'session') throw accessErrors.scopeMissing(undefined);
    return { staff, session: staff.credential };
  }

  private async requireUser(staff: StaffPrincipal): Promise<User> {
    const user = await this.users.findById(staff.userId);
    if (!user) throw authErrors.invalidToken();
    return user;
  }
}

export async function offer(secret: string, username: string): Promise<OfferedSecret> {
  const url = otpauthUrl(secret, username);
  return { secret, otpauthUrl: url, qrSvg: await qrSvg(url) };
}
