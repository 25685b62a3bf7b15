import { CodedError, type ErrorExtras, errorKind, retryAfter } from './coded-error.js';

const kinds = {
  badRequest: errorKind('bad_request', 400, 'The request cannot be understood'),
  unauthenticated: errorKind('unauthenticated', 401, 'Log in first'),
  forbidden: errorKind('forbidden', 403, 'Not allowed'),
  notFound: errorKind('not_found', 404, 'Not found'),
  methodNotAllowed: errorKind('method_not_allowed', 405, 'Method not allowed'),
  conflict: errorKind('conflict', 409, 'It conflicts with what exists'),
  preconditionFailed: errorKind('precondition_failed', 412, 'It was changed in the meantime'),
  bodyTooLarge: errorKind('body_too_large', 413, 'The body is too large'),
  unsupportedMediaType: errorKind('unsupported_media_type', 415, 'This type of body is not accepted here'),
  validation: errorKind('validation_failed', 422, 'Some fields are not right'),
  tooManyRequests: errorKind('too_many_requests', 429, 'Too many requests'),
  internal: errorKind('internal_error', 500, 'Something went wrong on the server'),
  unavailable: errorKind('unavailable', 503, 'Not available at the moment'),
};

/** One field that is not right. */
export interface FieldFault {
  /** JSON pointer (RFC 6901) into the body, or the name of a query parameter. */
  readonly pointer: string;
  readonly detail: string;
}

/** Errors that belong to no feature. */
export const commonErrors = {
  badRequest: (detail: string, extras?: ErrorExtras) => new CodedError(kinds.badRequest, detail, extras),
  unauthenticated: (detail = 'This needs a login.') =>
    new CodedError(kinds.unauthenticated, detail, { headers: { 'WWW-Authenticate': 'Bearer realm="logs-collector"' } }),
  forbidden: (detail = 'Your role does not allow this.') => new CodedError(kinds.forbidden, detail),
  notFound: (what: string) => new CodedError(kinds.notFound, `${what} does not exist.`),
  methodNotAllowed: (allow: string) =>
    new CodedError(kinds.methodNotAllowed, `Only ${allow} is possible here.`, { headers: { Allow: allow } }),
  conflict: (detail: string) => new CodedError(kinds.conflict, detail),
  preconditionFailed: () =>
    new CodedError(
      kinds.preconditionFailed,
      'Somebody changed it since you read it; read it again and repeat your change.',
    ),
  bodyTooLarge: (limitBytes: number) =>
    new CodedError(kinds.bodyTooLarge, `The body may have at most ${limitBytes} bytes.`, {
      members: { limit: limitBytes },
    }),
  unsupportedMediaType: (expected = 'application/json') =>
    new CodedError(kinds.unsupportedMediaType, `Send the body as ${expected}.`),
  validation: (errors: readonly FieldFault[]) =>
    new CodedError(kinds.validation, errors.map((error) => `${error.pointer} ${error.detail}`).join('; '), {
      members: { errors },
    }),
  tooManyRequests: (waitMs: number, detail = 'Too many requests; wait a little.') =>
    new CodedError(kinds.tooManyRequests, detail, { headers: retryAfter(waitMs) }),
  internal: (cause: unknown) =>
    new CodedError(
      kinds.internal,
      'The request could not be completed; the log has the reason under this request id.',
      { cause },
    ),
  unavailable: (waitMs: number, detail: string, cause?: unknown) =>
    new CodedError(kinds.unavailable, detail, { headers: retryAfter(waitMs), cause }),
};
