import { CodedError, errorKind, retryAfter } from '../errors/coded-error.js';

const kinds = {
  hostNotAllowed: errorKind('host_not_allowed', 400, 'The server is not known under this name'),
  malformedRequest: errorKind('malformed_request', 400, 'This is not valid HTTP'),
  requestTimeout: errorKind('request_timeout', 408, 'The request took too long'),
  expectationFailed: errorKind('expectation_failed', 417, 'The expectation cannot be met'),
  tooManyConnections: errorKind('too_many_connections', 429, 'Too many connections'),
  headersTooLarge: errorKind('headers_too_large', 431, 'The headers are too large'),
  shuttingDown: errorKind('shutting_down', 503, 'The server is restarting', { isPlanned: true }),
};

const COME_BACK_AFTER_MS = 5_000;

/** Errors of the HTTP edge itself, most of them before any route is known. */
export const edgeErrors = {
  hostNotAllowed: () =>
    new CodedError(kinds.hostNotAllowed, 'Use the address that the administrator gave you (setting ALLOWED_HOSTS).'),
  malformedRequest: () => new CodedError(kinds.malformedRequest, 'The request breaks the rules of HTTP.'),
  requestTimeout: (part: 'body' | 'headers') =>
    new CodedError(kinds.requestTimeout, `The ${part} of the request did not arrive in time.`),
  expectationFailed: () => new CodedError(kinds.expectationFailed, 'Send Expect: 100-continue, or no such header.'),
  tooManyConnections: () =>
    new CodedError(kinds.tooManyConnections, 'Your address holds too many connections; close some and try again.', {
      headers: { 'Retry-After': '5' },
    }),
  shuttingDown: (detail = 'The server is restarting; try again in a moment.') =>
    new CodedError(kinds.shuttingDown, detail, { headers: retryAfter(COME_BACK_AFTER_MS) }),
  headersTooLarge: () => new CodedError(kinds.headersTooLarge, 'Send fewer or shorter headers and cookies.'),
};
