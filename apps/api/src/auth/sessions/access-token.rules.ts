/** Pinned in every token and checked in every one (RFC 8725 §3.8, §3.9, §3.11). */
export const TOKEN_ISSUER = 'logs-collector';
export const TOKEN_AUDIENCE = 'logs-collector-api';
export const TOKEN_TYPE = 'access';

export interface AccessClaims {
  readonly sessionId: string;
  readonly userId: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** What an already verified payload says, or undefined where it is not an access token of ours that still holds. */
export function readClaims(payload: unknown, now: number): AccessClaims | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { typ, sid, sub, exp, iss, aud } = payload as Readonly<Record<string, unknown>>;
  if (typ !== TOKEN_TYPE || iss !== TOKEN_ISSUER || aud !== TOKEN_AUDIENCE) return undefined;
  if (typeof sid !== 'string' || typeof sub !== 'string' || typeof exp !== 'number') return undefined;
  const expiresAt = exp * 1_000;
  return now < expiresAt ? { sessionId: sid, userId: sub, expiresAt } : undefined;
}
