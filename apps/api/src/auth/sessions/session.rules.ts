const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Access tokens live ten minutes; what they say is checked against the session on every request anyway. */
export const ACCESS_LIFETIME_MS = 10 * MINUTE_MS;
/** NIST SP 800-63B AAL2: 12 hours whatever happens, 30 minutes without anything happening. */
const COOKIE_ABSOLUTE_MS = 12 * HOUR_MS;
export const COOKIE_IDLE_MS = 30 * MINUTE_MS;
/** Scripts: one day, no idle limit. */
const BEARER_ABSOLUTE_MS = 24 * HOUR_MS;
/** Two tabs may refresh at once: for this long the predecessor still yields access. */
const ROTATION_GRACE_MS = 10_000;
/** `last_seen_at` is written at most this often. */
export const SEEN_INTERVAL_MS = MINUTE_MS;
/** Ended sessions are kept this long, because they tell which addresses a user is known at. */
export const KNOWN_DEVICE_MS = 30 * 24 * HOUR_MS;
/** What sets up a second factor must have logged in this recently. */
export const RECENT_LOGIN_MS = 10 * MINUTE_MS;
/** So many wrong codes end a login. */
export const MAX_WRONG_CODES = 5;

export interface SessionLimits {
  readonly transport: 'bearer' | 'cookie';
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly endedAt: number | null;
}

export function absoluteLifetimeMs(transport: SessionLimits['transport']): number {
  return transport === 'cookie' ? COOKIE_ABSOLUTE_MS : BEARER_ABSOLUTE_MS;
}

export function isAlive(session: SessionLimits, now: number): boolean {
  if (session.endedAt !== null || now >= session.expiresAt) return false;
  return session.transport === 'bearer' || now - session.lastSeenAt < COOKIE_IDLE_MS;
}

export function isRecentLogin(authenticatedAt: number, now: number): boolean {
  return now - authenticatedAt <= RECENT_LOGIN_MS;
}

/** What becomes of a refresh token that is presented at `now`. */
export function judgeRefresh(
  transport: SessionLimits['transport'],
  spentAt: number | null,
  now: number,
): 'keep' | 'rotate' | 'grace' | 'reused' {
  if (transport === 'bearer') return 'keep';
  if (spentAt === null) return 'rotate';
  return now - spentAt <= ROTATION_GRACE_MS ? 'grace' : 'reused';
}
