import { CodedError, errorKind, retryAfter } from '../../common/errors/coded-error.js';

const kinds = {
  notFound: errorKind('capture_not_found', 404, 'There is no such capture'),
  exists: errorKind('capture_exists', 409, 'This stream is being captured already'),
  ended: errorKind('capture_ended', 409, 'The capture has ended'),
  resolved: errorKind('capture_ticket_resolved', 409, 'The ticket is resolved'),
  tooMany: errorKind('too_many_captures', 429, 'Too many captures are under way'),
};

const RETRY_MS = 60_000;

export const captureErrors = {
  notFound: () => new CodedError(kinds.notFound, 'There is no capture with this id.'),
  exists: () =>
    new CodedError(kinds.exists, 'The same stream is being captured into this ticket. Stop that capture first.'),
  ended: () =>
    new CodedError(kinds.ended, 'The capture has ended; there is nothing to cancel. What it kept is an archive.'),
  resolved: () => new CodedError(kinds.resolved, 'The ticket is resolved. Reopen it to capture into it.'),
  tooMany: (most: number) =>
    new CodedError(kinds.tooMany, `${most} captures are under way. Stop one, or wait until one ends.`, {
      headers: retryAfter(RETRY_MS),
    }),
};
