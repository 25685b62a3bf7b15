import { CodedError, errorKind, retryAfter } from '../common/errors/coded-error.js';

const kinds = {
  notConfigured: errorKind('shuttle_not_configured', 404, 'There is no log shuttle here'),
  unreachable: errorKind('shuttle_unreachable', 503, 'The log shuttle does not answer'),
  keyRefused: errorKind('shuttle_key_refused', 502, 'The log shuttle does not take the key'),
  notFound: errorKind('drain_not_found', 404, 'There is no such drain'),
  paused: errorKind('drain_paused', 409, 'The drain is paused'),
  exists: errorKind('drain_exists', 409, 'The drain exists already'),
  urlInvalid: errorKind('drain_url_invalid', 422, 'A drain cannot have this URL'),
  tlsInvalid: errorKind('drain_tls_invalid', 422, 'The certificates cannot be used'),
  tooManyTails: errorKind('too_many_tails', 429, 'Too many live tails are open'),
};

const RETRY_MS = 5_000;

export const drainErrors = {
  notConfigured: () =>
    new CodedError(
      kinds.notConfigured,
      'Drains need the log shuttle. Start it, set SHUTTLE_URL and SHUTTLE_AUTH_KEY, and restart this server.',
    ),
  unreachable: (cause: unknown, detail = 'The log shuttle does not answer at SHUTTLE_URL. Logs go on without it.') =>
    new CodedError(kinds.unreachable, detail, { headers: retryAfter(RETRY_MS), cause }),
  keyRefused: () =>
    new CodedError(kinds.keyRefused, 'SHUTTLE_AUTH_KEY of this server must be what AUTH_KEY of the shuttle is.'),
  notFound: () => new CodedError(kinds.notFound, 'There is no drain with this id. It may have been deleted.'),
  paused: () => new CodedError(kinds.paused, 'The drain is paused. Let it go on first.'),
  exists: () => new CodedError(kinds.exists, 'This URL is registered already for the same app or site.'),
  urlInvalid: (detail: string) =>
    new CodedError(kinds.urlInvalid, detail, { members: { errors: [{ pointer: '/url', detail }] } }),
  tlsInvalid: (detail: string) =>
    new CodedError(kinds.tlsInvalid, detail, { members: { errors: [{ pointer: '/tls', detail }] } }),
  tooManyTails: (most: number) =>
    new CodedError(kinds.tooManyTails, `${most} live tails are open already. Close one, then try again.`, {
      headers: retryAfter(RETRY_MS),
    }),
};
