import type { AuditService } from '../../audit/audit.service.js';
import { SYSTEM_ACTOR } from '../../audit/audit-actors.js';
import type { Clock } from '../../common/clock.js';
import { commonErrors } from '../../common/errors/common.errors.js';
import type { Ids } from '../../common/ids.js';
import type { Database } from '../../database/database.js';
import { authErrors } from '../auth.errors.js';
import type { InvitationIssuer, IssuedInvitation } from '../invitations/invitation-issuer.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import type { PasswordPolicy } from '../passwords/password-policy.js';
import type { SetupCodesRepository } from '../setup/setup-codes.repository.js';
import type { CredentialReset } from './credential-reset.js';
import { newUser } from './new-user.js';
import type { User } from './user.entity.js';
import { normaliseUsername, usernameFault } from './username.rules.js';
import type { UsersRepository } from './users.repository.js';

export interface LocalAdministrationParts {
  readonly database: Database;
  readonly users: UsersRepository;
  readonly setupCodes: SetupCodesRepository;
  readonly credentials: CredentialReset;
  readonly invitations: InvitationIssuer;
  readonly policy: PasswordPolicy;
  readonly hasher: PasswordHasher;
  readonly audit: AuditService;
  readonly clock: Clock;
  readonly ids: Ids;
}

const FOUNDER = 1;

/**
 * What somebody at the machine itself may do to accounts. Whoever can read SECRET_KEY and write the database could do it
 * anyway, hence no access check; the trail names the program as the actor.
 */
export class LocalAdministration {
  constructor(private readonly parts: LocalAdministrationParts) {}

  /** An administrator who logs in with this password and enrols freely. Throws 409 `username_taken`, 422. */
  async createAdministrator(username: string, password: string): Promise<User> {
    const { policy, hasher } = this.parts;
    const user = this.newAdministrator(username);
    policy.require(password, user.username);
    const passwordHash = await hasher.hash(password);
    return this.parts.database.transaction(() => this.insert({ ...user, passwordHash, mayEnrol: true }));
  }

  /** An administrator who sets password and second factor on the link. Throws 409 `username_taken`, 422. */
  async inviteAdministrator(username: string): Promise<IssuedInvitation> {
    const user = this.newAdministrator(username);
    return this.parts.database.transaction(async () => {
      await this.insert(user);
      return this.parts.invitations.issue(user.id);
    });
  }

  /** For somebody who has lost both the authenticator and the recovery codes. Throws 404, 409. */
  async resetSecondFactor(username: string): Promise<IssuedInvitation> {
    const { database, users, credentials } = this.parts;
    return database.transaction(async () => {
      const found = await users.findByUsername(normaliseUsername(username));
      const user = found && (await users.lock(found.id));
      if (!user) throw commonErrors.notFound('The user');
      if (!user.isActive) throw commonErrors.conflict('The user is deactivated; activate the account first.');
      const { invitation } = await credentials.reset(user);
      await this.record('second_factor.reset', user);
      return invitation;
    });
  }

  private newAdministrator(username: string): User {
    const fault = usernameFault(username);
    if (fault) throw commonErrors.validation([{ pointer: '/username', detail: fault }]);
    const { ids, clock } = this.parts;
    return newUser({ id: ids.next(), username: normaliseUsername(username), role: 'admin', now: clock.now() });
  }

  /** The first user closes the set-up, as the first administrator does there. */
  private async insert(user: User): Promise<User> {
    const { users, setupCodes } = this.parts;
    const isFirst = !(await users.exists());
    const made = { ...user, founder: isFirst ? FOUNDER : null };
    if (!(await users.insert(made))) throw authErrors.usernameTaken();
    if (isFirst) await setupCodes.deleteAll();
    await this.record('user.created', made, { role: made.role });
    return made;
  }

  private async record(action: string, user: User, details: Record<string, unknown> = {}): Promise<void> {
    const target = { kind: 'user', id: user.id, name: user.username };
    await this.parts.audit.record({ action, actor: SYSTEM_ACTOR, target, details });
  }
}
