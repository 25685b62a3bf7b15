import { SYSTEM_ACTOR } from '../../audit/audit-actors.js';
import { newUser } from '../../auth/users/new-user.js';
import type { User } from '../../auth/users/user.entity.js';
import { MAX_USERNAME_LENGTH, normaliseUsername, usernameFault } from '../../auth/users/username.rules.js';
import { UsersRepository } from '../../auth/users/users.repository.js';
import { invitationIssuer, invitationLink } from '../account-parts.js';
import { CommandError } from '../command.js';
import { type FormerUser, parseUser, type RawRow } from './former-rows.js';
import type { ImportContext } from './import-context.js';
import { importedId } from './imported-id.js';
import { roleOf } from './mapping.rules.js';

/** Who made a ticket; without an account here only by name. */
export interface Creator {
  readonly userId: string | null;
  readonly username: string;
}

/** Somebody who had a ticket and is not among the users of the source. */
const UNKNOWN: Creator = { userId: null, username: 'unknown' };
const MAX_DISPLAY_NAME_LENGTH = 150;

/** Users by name; those who are here already stay as they are. Passwords and second factors are not taken over. */
export class UserImporter {
  private readonly users: UsersRepository;
  private readonly creators = new Map<number, Creator>();
  /** Imported by this run or an earlier one, and not able to log in yet. */
  private readonly uninvited: User[] = [];

  constructor(private readonly context: ImportContext) {
    this.users = new UsersRepository(context.access.database);
  }

  async importAll(rows: AsyncIterable<RawRow>): Promise<void> {
    // The first user of all has to be made by whoever is at the machine: a set-up link works only until there is one.
    if (!this.context.isDry && !(await this.users.exists())) {
      throw new CommandError(
        'There is no user here yet. Make the first administrator with create-admin, or with the set-up link of the server. Nothing was touched.',
      );
    }
    for await (const row of rows) {
      const user = parseUser(row);
      if (user) await this.import(user);
      else this.context.report.leaveOut('users', row.id, String(row.username), 'unreadable_row');
    }
    this.context.report.withoutPassword = this.uninvited.length;
  }

  creatorOf(formerId: number): Creator {
    return this.creators.get(formerId) ?? UNKNOWN;
  }

  /** Links on which those who cannot log in yet set password and second factor; earlier links stop working. */
  async inviteAll(): Promise<void> {
    const { access, report } = this.context;
    const issuer = invitationIssuer(access);
    for (const { id, username } of this.uninvited) {
      const { code, expiresAt } = await access.database.transaction(async () => {
        const issued = await issuer.issue(id);
        await access.audit.record({
          ...{ action: 'user.invited', actor: SYSTEM_ACTOR, target: { kind: 'user', id, name: username } },
        });
        return issued;
      });
      report.invitations.push({
        ...{ username, url: invitationLink(access, code), expires_at: new Date(expiresAt).toISOString() },
      });
    }
    report.withoutPassword = 0;
  }

  private async import(former: FormerUser): Promise<void> {
    const { report } = this.context;
    const username = normaliseUsername(former.username);
    if (usernameFault(username)) {
      report.leaveOut('users', former.id, former.username, 'username_invalid');
      this.creators.set(former.id, { userId: null, username: former.username.slice(0, MAX_USERNAME_LENGTH) });
      return;
    }
    const id = importedId('user', former.timeJoined, [former.id, former.username]);
    const found = await this.users.findByUsername(username);
    if (found) report.kept('users');
    else report.imported('users');
    const user = found ?? (await this.make(id, username, former));
    this.creators.set(former.id, { userId: user.id, username: user.username });
    if (user.id === id && user.isActive && user.passwordHash === null) this.uninvited.push(user);
  }

  private async make(id: string, username: string, former: FormerUser): Promise<User> {
    const user = {
      ...newUser({ id, username, role: roleOf(former), now: former.timeJoined }),
      displayName: former.displayName.slice(0, MAX_DISPLAY_NAME_LENGTH) || null,
      isActive: former.isActive,
    };
    if (this.context.isDry) return user;
    return this.context.access.database.transaction(async () => {
      // Somebody may just have made a user of this name.
      if (!(await this.users.insert(user))) return (await this.users.findByUsername(username)) ?? user;
      await this.context.record('user', { id, name: username }, { role: user.role, is_active: user.isActive });
      return user;
    });
  }
}
