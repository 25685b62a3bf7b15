import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../common/clock.js';
import { commonErrors } from '../../common/errors/common.errors.js';
import { Ids } from '../../common/ids.js';
import { authErrors } from '../auth.errors.js';
import { MAX_WRONG_CODES } from '../sessions/session.rules.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { LoginThrottle } from '../throttling/login-throttle.js';
import type { User } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import {
  formatRecoveryCode,
  isRecoveryCodeShaped,
  normaliseRecoveryCode,
  RECOVERY_CODE_BYTES,
  RECOVERY_CODE_COUNT,
} from './recovery-code.rules.js';
import { RecoveryCodesRepository } from './recovery-codes.repository.js';
import { matchingStep, normaliseCode } from './totp.js';

/** What became of a code. It is returned and not thrown, because a wrong one has to be counted and committed. */
export type CodeOutcome =
  | { readonly kind: 'accepted'; readonly by: 'totp' | 'recovery' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; readonly waitMs: number };

export type SessionCodeOutcome =
  | CodeOutcome
  | { readonly kind: 'ended' }
  | { readonly kind: 'wrong'; readonly triesLeft: number };

/** Spends codes: a TOTP step and a recovery code are accepted once, whatever races. Works inside transactions only. */
@Injectable()
export class SecondFactor {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly codes: RecoveryCodesRepository,
    private readonly throttle: LoginThrottle,
    private readonly keys: KeyRing,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Seals a secret for its user's row. */
  seal(userId: string, secret: string): string {
    return this.keys.seal('totp-sealing', userId, secret);
  }

  open(userId: string, sealed: string): string {
    return this.keys.open('totp-sealing', userId, sealed);
  }

  /** Accepts a code of the user's confirmed second factor, or one of the recovery codes. Wrong ones are counted. */
  async spend(user: User, code: string): Promise<CodeOutcome> {
    if (isRecoveryCodeShaped(code)) return this.spendRecoveryCode(user, code);
    const waitMs = await this.throttle.codeWaitMs(user.id);
    if (waitMs > 0) return { kind: 'throttled', waitMs };
    if (await this.isFreshTotp(user, code)) return { kind: 'accepted', by: 'totp' };
    await this.throttle.recordWrongCode(user.id);
    return { kind: 'wrong' };
  }

  /** As `spend`, within a login: several wrong codes in a row end it. */
  async spendInSession(user: User, sessionId: string, code: string): Promise<SessionCodeOutcome> {
    const outcome = await this.spend(user, code);
    if (outcome.kind === 'accepted') await this.sessions.setSecondFactor(sessionId, this.clock.now());
    return outcome.kind === 'wrong' ? this.countWrongCode(user, sessionId) : outcome;
  }

  /** Counts a wrong code against the session. */
  async countWrongCode(user: User, sessionId: string): Promise<SessionCodeOutcome> {
    const wrongCodes = await this.sessions.addWrongCode(sessionId);
    await this.audit.record({
      action: 'second_factor.failed',
      actor: { kind: 'staff', id: user.id, name: user.username },
      details: { wrong_codes: wrongCodes },
    });
    if (wrongCodes < MAX_WRONG_CODES) return { kind: 'wrong', triesLeft: MAX_WRONG_CODES - wrongCodes };
    await this.sessions.end(sessionId, 'wrong_codes', this.clock.now());
    return { kind: 'ended' };
  }

  /** Makes ten recovery codes in place of the old ones, and answers them for the only time. */
  async replaceRecoveryCodes(userId: string): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODE_COUNT }, () =>
      formatRecoveryCode(Buffer.from(this.ids.secret(RECOVERY_CODE_BYTES), 'base64url')),
    );
    const rows = codes.map((code) => ({
      id: this.ids.next(),
      codeHash: this.keys.hash('secret-lookup', stored(code)),
    }));
    await this.codes.replace(userId, rows, this.clock.now());
    return codes;
  }

  private async isFreshTotp(user: User, code: string): Promise<boolean> {
    if (user.totpSealed === null || user.totpConfirmedAt === null) return false;
    const secret = this.open(user.id, user.totpSealed);
    const step = matchingStep(secret, normaliseCode(code), user.totpLastStep, this.clock.now());
    return step !== undefined && (await this.users.advanceTotpStep(user.id, step));
  }

  private async spendRecoveryCode(user: User, code: string): Promise<CodeOutcome> {
    const hashes = this.keys.hashes('secret-lookup', stored(code));
    if (!(await this.codes.spend(user.id, hashes, this.clock.now()))) return { kind: 'wrong' };
    await this.audit.record({
      action: 'recovery_code.used',
      actor: { kind: 'staff', id: user.id, name: user.username },
      details: { left: await this.codes.countUnused(user.id) },
    });
    return { kind: 'accepted', by: 'recovery' };
  }
}

/** After the commit: throws what a code that was not accepted deserves. */
export function requireAccepted(outcome: SessionCodeOutcome): void {
  if (outcome.kind === 'accepted') return;
  if (outcome.kind === 'ended') throw authErrors.invalidToken();
  if (outcome.kind === 'throttled')
    throw commonErrors.tooManyRequests(
      outcome.waitMs,
      'Too many wrong codes for this account; use a recovery code or wait.',
    );
  throw authErrors.wrongCode('triesLeft' in outcome ? outcome.triesLeft : MAX_WRONG_CODES);
}

function stored(code: string): string {
  return `recovery ${normaliseRecoveryCode(code)}`;
}
