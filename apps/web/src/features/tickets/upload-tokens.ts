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

/** What may be changed of a token. */
export type TokenLimits = Pick<Token, 'label' | 'attempts' | 'expires_at'>;

/** Gives back the limits that an edit changed; what uploads have used since stays used. */
export function undoneLimits(before: TokenLimits, saved: TokenLimits, now: TokenLimits): Partial<TokenLimits> {
  return {
    ...(saved.label !== before.label && { label: before.label }),
    ...(saved.attempts !== before.attempts && {
      attempts: Math.max(0, before.attempts - Math.max(0, saved.attempts - now.attempts)),
    }),
    ...(saved.expires_at !== before.expires_at && { expires_at: before.expires_at }),
  };
}

const DAY_MS = 86_400_000;
export const LIFETIME_DAYS = [1, 3, 7, 14, 30, 90] as const;

export function expiryIn(days: number, now: number): string {
  return new Date(now + days * DAY_MS).toISOString();
}
