import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { ANONYMOUS_ACTOR } from '../../audit/audit-actors.js';
import { Clock } from '../../common/clock.js';
import { Ids } from '../../common/ids.js';
import { requestContext } from '../../common/request-context.js';
import { Database } from '../../database/database.js';
import { authErrors } from '../auth.errors.js';
import type { User } from '../users/user.entity.js';
import type { Session, SessionTransport } from './session.entity.js';
import { absoluteLifetimeMs, isAlive, judgeRefresh, KNOWN_DEVICE_MS } from './session.rules.js';
import { SessionsRepository } from './sessions.repository.js';

const REFRESH_TOKEN_BYTES = 32;
const AGENT_LENGTH = 256;

/** A session and what its owner is given for it. */
export interface IssuedSession {
  readonly session: Session;
  readonly user: User;
  /** Absent where the present one stays in use, or where another tab has just got its successor. */
  readonly refreshToken?: string;
}

/** Begins sessions and carries them on. Who may have one was decided before. */
@Injectable()
export class SessionIssuer {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsRepository,
    private readonly keys: KeyRing,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** In the transaction of the login. `secondFactorAt` is the epoch millisecond of its proof, null without one. */
  async start(user: User, transport: SessionTransport, secondFactorAt: number | null): Promise<IssuedSession> {
    const now = this.clock.now();
    const context = requestContext();
    const session: Session = {
      id: this.ids.next(),
      userId: user.id,
      transport,
      authenticatedAt: now,
      secondFactorAt,
      lastSeenAt: now,
      expiresAt: now + absoluteLifetimeMs(transport),
      endedAt: null,
      endReason: null,
      wrongCodes: 0,
      pendingTotpSealed: null,
      pendingTotpAt: null,
      address: context?.address ?? '',
      agent: context?.agent.slice(0, AGENT_LENGTH) ?? '',
      timeCreate: now,
    };
    await this.sessions.purge(now - KNOWN_DEVICE_MS);
    await this.sessions.insert(session);
    return { session, user, refreshToken: await this.newRefreshToken(session.id) };
  }

  /**
   * Carries a session on (quality: RFC 9700 §4.14.2). A cookie's token is replaced; whoever brings a spent one back after
   * the grace ends the session, because then two parties have it. Throws 401.
   */
  async refresh(token: string, transport: SessionTransport): Promise<IssuedSession> {
    const refreshed = await this.database.transaction(() => this.tryRefresh(token, transport));
    if (!refreshed) throw authErrors.invalidToken();
    return refreshed;
  }

  /** The session that a refresh token belongs to, spent or not; undefined where there is none. */
  async sessionIdOf(token: string): Promise<string | undefined> {
    return (await this.sessions.findRefreshToken(this.hashes(token)))?.sessionId;
  }

  /** Whether the token would still yield access. */
  async isValidRefreshToken(token: string): Promise<boolean> {
    const row = await this.sessions.findRefreshToken(this.hashes(token));
    const found = row && (await this.sessions.findWithUser(row.sessionId));
    if (!row || !found) return false;
    return row.spentAt === null && found.user.isActive && isAlive(found.session, this.clock.now());
  }

  private async tryRefresh(token: string, transport: SessionTransport): Promise<IssuedSession | undefined> {
    const now = this.clock.now();
    const row = await this.sessions.findRefreshToken(this.hashes(token));
    const found = row && (await this.sessions.findWithUser(row.sessionId));
    if (!row || !found || found.session.transport !== transport) return undefined;
    if (!found.user.isActive || !isAlive(found.session, now)) return undefined;
    const verdict = judgeRefresh(transport, row.spentAt, now);
    if (verdict === 'reused') {
      await this.endFamily(found);
      return undefined;
    }
    await this.sessions.markSeen(found.session.id, now, now);
    // Of all who bring it at once, one gets the successor; to the others the grace applies.
    if (verdict === 'rotate' && (await this.sessions.spendRefreshToken(row.tokenHash, now)))
      return { ...found, refreshToken: await this.newRefreshToken(found.session.id) };
    return found;
  }

  private async endFamily({ session, user }: { readonly session: Session; readonly user: User }): Promise<void> {
    await this.sessions.end(session.id, 'refresh_reused', this.clock.now());
    await this.audit.record({
      action: 'session.refresh_reused',
      actor: ANONYMOUS_ACTOR,
      target: { kind: 'session', id: session.id, name: user.username },
    });
  }

  private async newRefreshToken(sessionId: string): Promise<string> {
    const token = this.ids.secret(REFRESH_TOKEN_BYTES);
    await this.sessions.insertRefreshToken(this.keys.hash('secret-lookup', stored(token)), sessionId, this.clock.now());
    return token;
  }

  private hashes(token: string): string[] {
    return this.keys.hashes('secret-lookup', stored(token));
  }
}

function stored(token: string): string {
  return `refresh ${token}`;
}
