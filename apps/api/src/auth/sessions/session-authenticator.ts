import { Injectable, Logger } from '@nestjs/common';
import type { StaffPrincipal } from '../../common/access/principal.js';
import { Clock } from '../../common/clock.js';
import { Database } from '../../database/database.js';
import type { AccessClaims } from './access-token.rules.js';
import type { SessionTransport } from './session.entity.js';
import { isAlive, SEEN_INTERVAL_MS } from './session.rules.js';
import { SessionsRepository, type SessionWithUser } from './sessions.repository.js';

/** Turns a verified access token into who is asking, by the rows as they are now. */
@Injectable()
export class SessionAuthenticator {
  private readonly logger = new Logger('auth');

  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Undefined where the session ended or the user was deactivated: neither waits for the token to expire. Role and
   * second factor come from the rows too, so that a demotion holds from the next request on (ASVS 5.0.0-7.4.1, 8.3.2).
   */
  async principalOf(claims: AccessClaims, transport: SessionTransport): Promise<StaffPrincipal | undefined> {
    const found = await this.sessions.findWithUser(claims.sessionId);
    const now = this.clock.now();
    if (!found || found.user.id !== claims.userId || !found.user.isActive) return undefined;
    if (found.session.transport !== transport || !isAlive(found.session, now)) return undefined;
    if (now - found.session.lastSeenAt >= SEEN_INTERVAL_MS) await this.markSeen(found.session.id, now);
    return staffPrincipal(found);
  }

  /** Who a session belongs to as it is now, without counting as use of it. */
  async standing(sessionId: string): Promise<StaffPrincipal | undefined> {
    const found = await this.sessions.findWithUser(sessionId);
    return found?.user.isActive && isAlive(found.session, this.clock.now()) ? staffPrincipal(found) : undefined;
  }

  /** A full disk must not keep staff from deleting: that this write failed is logged and nothing more. */
  private async markSeen(sessionId: string, now: number): Promise<void> {
    try {
      await this.database.transaction(() => this.sessions.markSeen(sessionId, now, now - SEEN_INTERVAL_MS + 1));
    } catch (error) {
      this.logger.warn({ msg: 'a session could not be marked as seen', sessionId, error });
    }
  }
}

function staffPrincipal({ session, user }: SessionWithUser): StaffPrincipal {
  return {
    kind: 'staff',
    userId: user.id,
    username: user.username,
    role: user.role,
    credential: {
      kind: 'session',
      sessionId: session.id,
      transport: session.transport,
      authenticatedAt: session.authenticatedAt,
    },
    secondFactor: {
      isEnrolled: user.totpConfirmedAt !== null,
      ...(session.secondFactorAt === null ? {} : { verifiedAt: session.secondFactorAt }),
    },
  };
}
