import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { ANONYMOUS_ACTOR } from '../../audit/audit-actors.js';
import { Clock } from '../../common/clock.js';
import { commonErrors } from '../../common/errors/common.errors.js';
import { Database } from '../../database/database.js';
import { authErrors } from '../auth.errors.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import type { SessionTransport } from '../sessions/session.entity.js';
import { type IssuedSession, SessionIssuer } from '../sessions/session-issuer.js';
import { LoginThrottle, type ThrottleSubjects } from '../throttling/login-throttle.js';
import { SecondFactor } from '../two-factor/second-factor.js';
import type { User } from '../users/user.entity.js';
import { normaliseUsername } from '../users/username.rules.js';
import { UsersRepository } from '../users/users.repository.js';

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  readonly otp?: string;
  readonly transport: SessionTransport;
}

/** Returned by the transaction and thrown after it, because a failure has to be counted and committed. */
type LoginOutcome =
  | { readonly kind: 'succeeded'; readonly issued: IssuedSession }
  | { readonly kind: 'throttled'; readonly waitMs: number }
  | { readonly kind: 'invalid_credentials' }
  | { readonly kind: 'two_factor_required' };

/** User name and password, and a second factor where there is one, against a session. */
@Injectable()
export class LoginService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly secondFactor: SecondFactor,
    private readonly issuer: SessionIssuer,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * Open to everybody, hence no access check. An unknown name, a wrong password and a deactivated account take the
   * same steps and get the same answer. Throws 401, 429 and 503.
   */
  async login(request: LoginRequest): Promise<IssuedSession> {
    const username = normaliseUsername(request.username);
    const user = await this.users.findByUsername(username);
    const subjects = await this.throttle.subjects(username, user?.id);
    await this.throttle.requireFree(subjects);
    const verdict = await this.hasher.verify(request.password, user?.passwordHash ?? null);
    const newHash = verdict.isRight && verdict.isOutdated ? await this.hasher.hash(request.password) : undefined;
    const candidate = user && verdict.isRight ? user : undefined;
    const outcome = await this.database.transaction(() => this.decide(request, subjects, user, candidate, newHash));
    return answer(outcome);
  }

  private async decide(
    request: LoginRequest,
    subjects: ThrottleSubjects,
    named: User | null,
    candidate: User | undefined,
    newHash: string | undefined,
  ): Promise<LoginOutcome> {
    const waitMs = await this.throttle.lock(subjects);
    if (waitMs > 0) return { kind: 'throttled', waitMs };
    const user = await this.stillValid(candidate);
    if (!user) return this.fail(subjects, named, 'invalid_credentials');
    const isEnrolled = user.totpConfirmedAt !== null;
    if (isEnrolled) {
      const outcome = request.otp === undefined ? undefined : await this.secondFactor.spend(user, request.otp);
      if (outcome?.kind === 'throttled') return outcome;
      if (outcome?.kind !== 'accepted') return this.fail(subjects, user, 'two_factor_required');
    }
    return { kind: 'succeeded', issued: await this.succeed(request, subjects, user, isEnrolled, newHash) };
  }

  /** The password was compared outside the transaction: it counts only if it and the account are still the same. */
  private async stillValid(candidate: User | undefined): Promise<User | undefined> {
    if (!candidate) return undefined;
    const user = await this.users.lock(candidate.id);
    return user?.isActive && user.passwordHash === candidate.passwordHash ? user : undefined;
  }

  private async succeed(
    request: LoginRequest,
    subjects: ThrottleSubjects,
    user: User,
    isEnrolled: boolean,
    newHash: string | undefined,
  ): Promise<IssuedSession> {
    const now = this.clock.now();
    await this.throttle.recordSuccess(subjects);
    await this.users.update(user.id, { lastLoginAt: now, ...(newHash ? { passwordHash: newHash } : {}) });
    const issued = await this.issuer.start(user, request.transport, isEnrolled ? now : null);
    await this.audit.record({
      action: 'login.succeeded',
      actor: { kind: 'staff', id: user.id, name: user.username },
      target: { kind: 'session', id: issued.session.id },
      details: { transport: request.transport, second_factor: isEnrolled },
    });
    return issued;
  }

  /** A name that nobody has stays out of the trail: it may be a password in the wrong field. */
  private async fail(
    subjects: ThrottleSubjects,
    named: User | null,
    kind: 'invalid_credentials' | 'two_factor_required',
  ): Promise<LoginOutcome> {
    await this.throttle.recordFailure(subjects);
    await this.audit.record({
      action: 'login.failed',
      actor: ANONYMOUS_ACTOR,
      ...(named ? { target: { kind: 'user', id: named.id, name: named.username } } : {}),
      details: { reason: kind },
    });
    return { kind };
  }
}

function answer(outcome: LoginOutcome): IssuedSession {
  if (outcome.kind === 'succeeded') return outcome.issued;
  if (outcome.kind === 'throttled')
    throw commonErrors.tooManyRequests(outcome.waitMs, 'Too many wrong tries; wait a little.');
  throw outcome.kind === 'two_factor_required' ? authErrors.twoFactorRequired() : authErrors.invalidCredentials();
}
