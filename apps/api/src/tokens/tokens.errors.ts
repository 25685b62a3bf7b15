import { CodedError, errorKind, retryAfter } from '../common/errors/coded-error.js';
import type { TokenRefusal } from './upload-token.rules.js';

const kinds = {
  headerMissing: errorKind('upload_token_missing', 401, 'An upload token is needed'),
  unknown: errorKind('upload_token_unknown', 403, 'The upload token is not known', { isAuthFailure: true }),
  notFound: errorKind('token_not_found', 404, 'There is no such upload token'),
  ticket_resolved: errorKind('ticket_resolved', 423, 'The case is closed'),
  token_expired: errorKind('token_expired', 423, 'The upload token has expired'),
  token_revoked: errorKind('token_revoked', 423, 'The upload token was withdrawn'),
  attempts_exhausted: errorKind('attempts_exhausted', 423, 'The upload token is used up'),
  attempts_in_use: errorKind('attempts_in_use', 423, 'All attempts are in use'),
  lifetimeTooLong: errorKind('token_lifetime_too_long', 422, 'The lifetime is too long'),
};

const DETAILS: Readonly<Record<TokenRefusal, string>> = {
  ticket_resolved: 'The support team has closed this case. Ask them to reopen it if you have more to send.',
  token_expired: 'The upload token has expired. Ask the support team for a new one.',
  token_revoked: 'The support team has withdrawn this upload token. Ask them for a new one.',
  attempts_exhausted:
    'All files that this upload token allows have arrived. Ask the support team if you have more to send.',
  attempts_in_use:
    'As many uploads as the token allows are under way. Wait until one of them has ended or stood still for 15 minutes.',
};

/** When it makes sense to ask again while all attempts are in use. */
const IN_USE_RETRY_MS = 30_000;

export const tokenErrors = {
  headerMissing: () =>
    new CodedError(kinds.headerMissing, 'Header Upload-Token is required', {
      headers: { 'WWW-Authenticate': 'Upload-Token realm="logs-collector"' },
    }),
  unknown: () => new CodedError(kinds.unknown, 'The upload token is not known. Check that you have copied all of it.'),
  notFound: () => new CodedError(kinds.notFound, 'There is no such upload token.'),
  refused: (refusal: TokenRefusal) =>
    new CodedError(
      kinds[refusal],
      DETAILS[refusal],
      refusal === 'attempts_in_use' ? { headers: retryAfter(IN_USE_RETRY_MS) } : {},
    ),
  lifetimeTooLong: (latest: number) =>
    new CodedError(kinds.lifetimeTooLong, `An upload token may last until ${new Date(latest).toISOString()} at most.`, {
      members: { errors: [{ pointer: '/expires_at', detail: 'is too late' }], latest: new Date(latest).toISOString() },
    }),
};
