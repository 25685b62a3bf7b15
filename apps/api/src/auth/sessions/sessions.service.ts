import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { staffActor } from '../../audit/audit-actors.js';
import { AccessControl } from '../../common/access/access-control.js';
import type { Principal } from '../../common/access/principal.js';
import { Clock } from '../../common/clock.js';
import { commonErrors } from '../../common/errors/common.errors.js';
import { type Page, type PageRequest } from '../../common/http/page.js';
import { Database } from '../../database/database.js';
import { normaliseUsername } from '../users/username.rules.js';
import { UsersRepository } from '../users/users.repository.js';
import type { Session } from './session.entity.js';
import { isAlive } from './session.rules.js';
import { SessionsRepository } from './sessions.repository.js';

/** The logins of a user, to see and to end. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly access: AccessControl,
    private readonly database: Database,
    private readonly sessions: SessionsRepository,
    private readonly users: UsersRepository,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Own sessions; those of `username` for administrators. */
  async list(principal: Principal, username: string | undefined, request: PageRequest): Promise<Page<Session>> {
    const staff = this.access.require(principal, 'self.read');
    const now = this.clock.now();
    let userId = staff.userId;
    if (username !== undefined && normaliseUsername(username) !== staff.username) {
      this.access.require(principal, 'user.read');
      const user = await this.users.findByUsername(normaliseUsername(username));
      if (!user) throw commonErrors.notFound('The user');
      userId = user.id;
    }
    const page = await this.sessions.page(userId, now, request);
    return { ...page, items: page.items.filter((session) => isAlive(session, now)) };
  }

  /** Ends one session: an own one, or anybody's for administrators. A stranger's looks like none. */
  async end(principal: Principal, sessionId: string): Promise<void> {
    const staff = this.access.require(principal, 'self.manage');
    const found = await this.sessions.findWithUser(sessionId);
    if (!found || found.session.endedAt !== null) throw commonErrors.notFound('The session');
    if (found.user.id !== staff.userId) this.requireUserManagement(principal);
    await this.database.transaction(async () => {
      if (!(await this.sessions.end(sessionId, 'ended', this.clock.now()))) throw commonErrors.notFound('The session');
      await this.audit.record({
        action: 'session.ended',
        actor: staffActor(staff),
        target: { kind: 'session', id: sessionId, name: found.user.username },
      });
    });
  }

  /** Ends the session that a token belongs to. Open to whoever holds the token, as it needs no right but that. */
  async logout(sessionId: string): Promise<void> {
    await this.database.transaction(async () => {
      const found = await this.sessions.findWithUser(sessionId);
      if (!found || !(await this.sessions.end(sessionId, 'logout', this.clock.now()))) return;
      await this.audit.record({
        action: 'session.ended',
        actor: { kind: 'staff', id: found.user.id, name: found.user.username },
        target: { kind: 'session', id: sessionId, name: found.user.username },
      });
    });
  }

  private requireUserManagement(principal: Principal): void {
    if (principal.kind === 'staff' && principal.role !== 'admin') throw commonErrors.notFound('The session');
    this.access.require(principal, 'user.manage');
  }
}
