import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { staffActor } from '../../audit/audit-actors.js';
import { AccessControl } from '../../common/access/access-control.js';
import { type Permission, permissions } from '../../common/access/permissions.js';
import type { Principal, StaffPrincipal } from '../../common/access/principal.js';
import { Clock } from '../../common/clock.js';
import { CodedError } from '../../common/errors/coded-error.js';
import { Database } from '../../database/database.js';
import { authErrors } from '../auth.errors.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { PasswordPolicy } from '../passwords/password-policy.js';
import { PasswordProof } from '../passwords/password-proof.js';
import type { Session } from '../sessions/session.entity.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { RecoveryCodesRepository } from '../two-factor/recovery-codes.repository.js';
import type { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';

/** What somebody may know of the own account. */
export interface Account {
  readonly user: User;
  /** Absent for an API key. */
  readonly session?: Session;
  readonly recoveryCodesLeft: number;
  /** What may be done at once. */
  readonly permissions: readonly Permission[];
  /** What the role allows and something is missing for, by the code of the error that says what. */
  readonly locked: readonly { readonly permission: Permission; readonly code: string }[];
}

export interface AccountChanges {
  readonly displayName?: string | null;
  readonly locale?: string | null;
}

/** The own account. */
@Injectable()
export class AccountService {
  constructor(
    private readonly access: AccessControl,
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly recoveryCodes: RecoveryCodesRepository,
    private readonly passwords: PasswordProof,
    private readonly policy: PasswordPolicy,
    private readonly hasher: PasswordHasher,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async get(principal: Principal): Promise<Account> {
    const staff = this.access.require(principal, 'self.read');
    const user = await this.users.findById(staff.userId);
    if (!user) throw authErrors.invalidToken();
    const session =
      staff.credential.kind === 'session' ? await this.sessions.findById(staff.credential.sessionId) : null;
    return {
      user,
      ...(session ? { session } : {}),
      recoveryCodesLeft: await this.recoveryCodes.countUnused(user.id),
      ...this.rights(principal),
    };
  }

  async update(principal: Principal, changes: AccountChanges): Promise<Account> {
    const staff = this.access.require(principal, 'self.manage');
    if (Object.keys(changes).length > 0)
      await this.database.transaction(() => this.users.update(staff.userId, { ...changes }));
    return this.get(principal);
  }

  /** Throws 403 `wrong_password`, 422 for the new one. All other sessions end (ASVS 5.0.0-7.4.3). */
  async changePassword(principal: Principal, present: string, next: string): Promise<void> {
    const staff = this.access.require(principal, 'self.manage');
    this.policy.require(next, staff.username, '/new_password');
    const proved = await this.passwords.require(staff, present);
    const passwordHash = await this.hasher.hash(next);
    await this.database.transaction(() => this.storePassword(staff, proved, passwordHash));
  }

  private async storePassword(staff: StaffPrincipal, proved: string, passwordHash: string): Promise<void> {
    const user = await this.users.lock(staff.userId);
    if (user?.passwordHash !== proved) throw authErrors.wrongPassword();
    const sessionId = staff.credential.kind === 'session' ? staff.credential.sessionId : undefined;
    await this.users.update(user.id, { passwordHash });
    await this.sessions.endAllOf(user.id, sessionId, 'password_changed', this.clock.now());
    await this.audit.record({
      action: 'password.changed',
      actor: staffActor(staff),
      target: { kind: 'user', id: user.id, name: user.username },
    });
  }

  private rights(principal: Principal): Pick<Account, 'permissions' | 'locked'> {
    const judged = (Object.keys(permissions) as Permission[]).map((permission) => ({
      permission,
      code: this.refusal(principal, permission),
    }));
    return {
      permissions: judged.filter(({ code }) => code === undefined).map(({ permission }) => permission),
      locked: judged.flatMap(({ permission, code }) =>
        code === undefined || code === 'forbidden' ? [] : [{ permission, code }],
      ),
    };
  }

  private refusal(principal: Principal, permission: Permission): string | undefined {
    try {
      this.access.require(principal, permission);
      return undefined;
    } catch (error) {
      if (error instanceof CodedError) return error.kind.code;
      throw error;
    }
  }
}
