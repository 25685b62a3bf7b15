import type { Schema } from '@logs-collector/api-client/client';

const REASONS = ['ticket_resolved', 'token_expired', 'token_revoked', 'attempts_exhausted'] as const;
export type ClosedReason = (typeof REASONS)[number];

type Facts = Pick<Schema<'TokenCheck'>, 'attempts' | 'resolved' | 'expires_at'>;

/** Whether the server has to be asked why: a withdrawn link looks used up, and this computer's clock may be wrong. */
export function isDoubtful({ attempts, resolved, expires_at }: Facts, now: number): boolean {
  return !resolved && (attempts === 0 || Date.parse(expires_at) <= now);
}

/** Why a link no longer opens anything; `refusal` is the code with which the server refused to begin, if it was asked. */
export function closedReason({ attempts, resolved }: Facts, refusal: string | undefined): ClosedReason | undefined {
  if (resolved) return 'ticket_resolved';
  return REASONS.find((reason) => reason === refusal) ?? (attempts === 0 ? 'attempts_exhausted' : undefined);
}
