import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { staffActor } from '../../audit/audit-actors.js';
import { AccessControl } from '../../common/access/access-control.js';
import type { Principal, Role, StaffPrincipal } from '../../common/access/principal.js';
import { Clock } from '../../common/clock.js';
import { commonErrors } from '../../common/errors/common.errors.js';
import type { Page, PageRequest } from '../../common/http/page.js';
import { Ids } from '../../common/ids.js';
import { Database } from '../../database/database.js';
import { authErrors } from '../auth.errors.js';
import { InvitationIssuer } from '../invitations/invitation-issuer.js';
import { CredentialReset, type InvitedUser } from './credential-reset.js';
import { newUser } from './new-user.js';
import type { User } from './user.entity.js';
import { normaliseUsername, usernameFault } from './username.rules.js';
import { UsersRepository } from './users.repository.js';

export interface UserChanges {
  readonly role?: Role;
  readonly isActive?: boolean;
}

/** Users, as administrators manage them. */
@Injectable()
export class UsersService {
  constructor(
    private readonly access: AccessControl,
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly credentials: CredentialReset,
    private readonly invitations: InvitationIssuer,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async list(principal: Principal, request: PageRequest): Promise<Page<User>> {
    this.access.require(principal, 'user.read');
    return this.users.page(request);
  }

  async get(principal: Principal, username: string): Promise<User> {
    this.access.require(principal, 'user.read');
    return this.requireUser(username);
  }

  /** Makes a user who can do nothing until the invitation is accepted. Throws 409 `username_taken`, 422. */
  async create(principal: Principal, username: string, role: Role): Promise<InvitedUser> {
    const staff = this.access.require(principal, 'user.manage');
    const fault = usernameFault(username);
    if (fault) throw commonErrors.validation([{ pointer: '/username', detail: fault }]);
    const user = newUser({ id: this.ids.next(), username: normaliseUsername(username), role, now: this.clock.now() });
    return this.database.transaction(async () => {
      await this.requireActor(staff);
      if (!(await this.users.insert(user))) throw authErrors.usernameTaken();
      const invitation = await this.invitations.issue(user.id);
      await this.record(staff, 'user.created', user, { role });
      return { user, invitation };
    });
  }

  /** Role and activity. Deactivating ends sessions and keys; a demotion holds from the next request on. */
  async update(principal: Principal, username: string, changes: UserChanges): Promise<User> {
    const staff = this.access.require(principal, 'user.manage');
    const { id } = await this.requireUser(username);
    return this.database.transaction(async () => {
      const administrators = await this.requireActor(staff);
      const user = await this.requireLocked(id);
      const changed = { ...user, role: changes.role ?? user.role, isActive: changes.isActive ?? user.isActive };
      const staysAdministrator = changed.role === 'admin' && changed.isActive;
      if (!staysAdministrator && !administrators.some((other) => other.id !== id)) throw authErrors.lastAdministrator();
      await this.users.update(id, { role: changed.role, isActive: changed.isActive });
      if (!changed.isActive) await this.credentials.revokeAccess(id, 'deactivated');
      await this.record(staff, 'user.updated', user, { role: changed.role, is_active: changed.isActive });
      return changed;
    });
  }

  /** Deactivates: the row stays, because tickets and the trail name it. */
  async deactivate(principal: Principal, username: string): Promise<void> {
    await this.update(principal, username, { isActive: false });
  }

  /** A new link for somebody without a second factor. Throws 409 `second_factor_exists`. */
  async invite(principal: Principal, username: string): Promise<InvitedUser> {
    const staff = this.access.require(principal, 'user.manage');
    const { id } = await this.requireUser(username);
    return this.database.transaction(async () => {
      await this.requireActor(staff);
      const user = await this.requireLocked(id);
      if (user.totpConfirmedAt !== null) throw authErrors.hasSecondFactor();
      if (!user.isActive) throw commonErrors.conflict('The user is deactivated; activate the account first.');
      const invitation = await this.invitations.issue(id);
      await this.record(staff, 'user.invited', user);
      return { user, invitation };
    });
  }

  /** Takes password and second factor away and answers the link on which both are set anew. */
  async resetSecondFactor(principal: Principal, username: string): Promise<InvitedUser> {
    const staff = this.access.require(principal, 'user.manage');
    const { id } = await this.requireUser(username);
    if (id === staff.userId) throw authErrors.ownAccount();
    return this.database.transaction(async () => {
      await this.requireActor(staff);
      const user = await this.requireLocked(id);
      const invited = await this.credentials.reset(user);
      await this.record(staff, 'second_factor.reset', user);
      return invited;
    });
  }

  /**
   * Locks all administrators and insists that the acting one still is one: of two who deactivate each other at once
   * the second finds that he is none any more.
   */
  private async requireActor(staff: StaffPrincipal): Promise<User[]> {
    const administrators = await this.users.lockAdministrators();
    if (!administrators.some((user) => user.id === staff.userId)) throw commonErrors.forbidden();
    return administrators;
  }

  private async requireUser(username: string): Promise<User> {
    const user = await this.users.findByUsername(normaliseUsername(username));
    if (!user) throw commonErrors.notFound('The user');
    return user;
  }

  private async requireLocked(id: string): Promise<User> {
    const user = await this.users.lock(id);
    if (!user) throw commonErrors.notFound('The user');
    return user;
  }

  private async record(staff: StaffPrincipal, action: string, user: User, details: Record<string, unknown> = {}) {
    const target = { kind: 'user', id: user.id, name: user.username };
    await this.audit.record({ action, actor: staffActor(staff), target, details });
  }
}
