import type { UploadToken } from './upload-token.entity.js';

/** Who uploads: the holder of a token. Everything they may do is bound to that token and its ticket. */
export interface UploadPrincipal {
  readonly tokenId: string;
  readonly ticketId: string;
  readonly ticketNumber: string;
}

/** The state of a token within the transaction that holds it locked. */
export interface LockedToken {
  readonly id: string;
  readonly attempts: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  readonly isTicketResolved: boolean;
}

export function lockedToken(token: UploadToken, isTicketResolved: boolean): LockedToken {
  return {
    id: token.id,
    attempts: token.attempts,
    expiresAt: token.expiresAt,
    revokedAt: token.revokedAt,
    isTicketResolved,
  };
}
