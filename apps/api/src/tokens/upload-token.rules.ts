/** Longest text that can be a token; anything longer is not looked up. */
export const MAX_TOKEN_LENGTH = 200;

/** Why a known token does not open its door; in the order in which it is told. */
export type TokenRefusal =
  | 'ticket_resolved'
  | 'token_expired'
  | 'token_revoked'
  | 'attempts_exhausted'
  | 'attempts_in_use';

export interface TokenState {
  readonly isTicketResolved: boolean;
  readonly attempts: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

export interface DoorQuestion {
  readonly now: number;
  /** Attempts that uploads under way hold. */
  readonly leases: number;
  /** An upload that began before may go on after the token expired. */
  readonly isContinuing: boolean;
}

/** Whether an upload may begin or go on with this token; undefined when it may. */
export function refusalOf(token: TokenState, question: DoorQuestion): TokenRefusal | undefined {
  if (token.isTicketResolved) return 'ticket_resolved';
  if (!question.isContinuing && token.expiresAt <= question.now) return 'token_expired';
  if (token.revokedAt !== null) return 'token_revoked';
  if (token.attempts <= 0) return 'attempts_exhausted';
  if (question.leases >= token.attempts) return 'attempts_in_use';
  return undefined;
}

/** Open for somebody who has not begun yet, whatever is under way. */
export function isOpen(token: Omit<TokenState, 'isTicketResolved'>, now: number): boolean {
  return token.revokedAt === null && token.expiresAt > now && token.attempts > 0;
}
