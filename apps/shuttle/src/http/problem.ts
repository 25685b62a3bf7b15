import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { ShuttleLog } from '../log.js';

const MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** An error that a client may see: `detail` says what to do. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** Stable, snake_case; what programs compare. */
    readonly code: string,
    readonly detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}

const RETRY = { 'Retry-After': '5' };

export const problems = {
  badRequest: (detail: string) => new Problem(400, 'bad_request', detail),
  unauthorized: () =>
    new Problem(401, 'unauthenticated', 'The Authorization header must be the key of this server.', {
      'WWW-Authenticate': 'Key realm="logshuttle"',
    }),
  needsMetricsSecret: () =>
    new Problem(401, 'unauthenticated', 'This needs the secret of METRICS as a bearer token.', {
      'WWW-Authenticate': 'Bearer realm="logshuttle"',
    }),
  forbiddenTopic: () => new Problem(403, 'topic_not_allowed', 'This topic has a meaning of its own.'),
  notFound: (what: string) => new Problem(404, 'not_found', `${what} does not exist.`),
  noDrain: () => new Problem(404, 'drain_not_found', 'This drain does not exist.'),
  paused: () => new Problem(409, 'drain_paused', 'The drain is paused. Let it go on first.'),
  duplicate: () => new Problem(409, 'drain_exists', 'This URL is registered already.'),
  invalidUrl: (detail: string) => new Problem(422, 'drain_url_invalid', detail),
  invalidTls: (detail: string) => new Problem(422, 'drain_tls_invalid', detail),
  tooLarge: (detail: string) => new Problem(413, 'body_too_large', detail),
  unavailable: (detail: string, cause?: unknown) => new Problem(503, 'unavailable', detail, RETRY, { cause }),
};

/** Answers every error as a document of RFC 9457. */
export function problemHandler(log: ShuttleLog) {
  return (error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = error instanceof Problem ? error : fromFastify(error);
    if (problem.status >= 500) {
      log.error({ msg: 'request failed', request_id: request.id, error: problem.cause ?? problem });
    }
    void reply
      .code(problem.status)
      .headers({ ...problem.headers, 'Content-Type': MEDIA_TYPE, 'Cache-Control': 'no-store' })
      .send(JSON.stringify(documentOf(problem)));
  };
}

function documentOf({ status, code, detail }: Problem) {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail, error: detail };
}

function fromFastify(error: FastifyError): Problem {
  const { statusCode = 500 } = error;
  if (statusCode === 413) return problems.tooLarge('The body is too large.');
  if (statusCode >= 400 && statusCode < 500) return new Problem(statusCode, 'bad_request', error.message);
  return new Problem(
    500,
    'internal_error',
    'The request could not be completed; the log says why.',
    {},
    { cause: error },
  );
}
