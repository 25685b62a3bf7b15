import { CodedError, errorKind, retryAfter } from '../../common/errors/coded-error.js';

const kinds = {
  notFound: errorKind('replay_not_found', 404, 'There is no such replay'),
  exists: errorKind('replay_exists', 409, 'This archive is being replayed there already'),
  ended: errorKind('replay_ended', 409, 'The replay has ended'),
  tooMany: errorKind('too_many_replays', 429, 'Too many replays are under way'),
  notText: errorKind('archive_not_text', 422, 'The archive is no text that can be replayed'),
};

const RETRY_MS = 60_000;

export const replayErrors = {
  notFound: () => new CodedError(kinds.notFound, 'There is no replay with this id.'),
  exists: () => new CodedError(kinds.exists, 'This archive is being replayed into the same drain. Cancel that first.'),
  ended: () => new CodedError(kinds.ended, 'The replay has ended; there is nothing to cancel.'),
  tooMany: (most: number) =>
    new CodedError(kinds.tooMany, `${most} replays are under way. Cancel one, or wait until one ends.`, {
      headers: retryAfter(RETRY_MS),
    }),
  notText: (detail: string) => new CodedError(kinds.notText, detail),
};
