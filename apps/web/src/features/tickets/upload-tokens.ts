import type { Schema } from '@logs-collector/api-client/client';

type Token = Schema<'TokenView'>;

export type TokenState = 'open' | 'used_up' | 'expired' | 'revoked';

/** Why a token lets nothing through any more, in the order in which the server asks. */
export function tokenStateOf(token: Token, now: number): TokenState {
  if (token.revoked_at !== null) return 'revoked';
  if (Date.parse(token.expires_at) <= now) return 'expired';
  return token.attempts > 0 ? 'open' : 'used_up';
}

/** The link to send: of the newest token through which something can come. */
export function openTokenOf(tokens: readonly Token[], now: number): Token | undefined {
  return tokens.find((token) => tokenStateOf(token, now) === 'open');
}

const DAY_MS = 86_400_000;
export const LIFETIME_DAYS = [1, 3, 7, 14, 30, 90] as const;

export function expiryIn(days: number, now: number): string {
  return new Date(now + days * DAY_MS).toISOString();
}
