import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ShuttleLog } from '../log.js';
import { problemHandler, problems } from './problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without the key. */
    isPublic?: boolean;
  }
}

const BODY_LIMIT_BYTES = 1_048_576;
/** The longest is the id of a session, which holds what was asked for. */
const MAX_PARAM_LENGTH = 4_096;

/** What anybody who can connect may use up. */
export interface ConnectionLimits {
  readonly maxConnections: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How often the times are looked at. */
  readonly checkIntervalMs: number;
}

/** Each connection may hold 16 KiB of headers that have no end; sessions, which last, are fewer. */
const LIMITS: ConnectionLimits = {
  maxConnections: 4_096,
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 30_000,
  checkIntervalMs: 5_000,
};

/** The HTTP server without its routes: JSON whatever the type of a body says, and nothing without the key. */
export function createServer(authKey: string, log: ShuttleLog, limits = LIMITS): FastifyInstance {
  const handleError = problemHandler(log);
  const server = Fastify({
    // A HEAD of a session would hold it without anybody reading.
    exposeHeadRoutes: false,
    // URLs that cannot be decoded reach no hook.
    frameworkErrors: (error, request, reply) => handleError(error, request as FastifyRequest, reply as FastifyReply),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: limits.requestTimeoutMs,
    http: { headersTimeout: limits.headersTimeoutMs, connectionsCheckingInterval: limits.checkIntervalMs },
    genReqId: () => randomUUID(),
    logger: false,
  });
  server.server.maxConnections = limits.maxConnections;
  const isKey = keyCheck(authKey);
  server.setErrorHandler(handleError);
  server.setNotFoundHandler((request, reply) => handleError(problems.notFound('This path'), request, reply));
  server.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'X-Content-Type-Options': 'nosniff', 'X-Request-Id': request.id });
    if (!request.routeOptions.config.isPublic && !isKey(request.headers.authorization)) throw problems.unauthorized();
  });
  server.addHook('onResponse', async (request, reply) =>
    log.info(accessLine(request, reply.statusCode, reply.elapsedTime)),
  );
  // The documented examples send JSON with `curl -d`, which calls it a form.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, async (_request: FastifyRequest, body: string) =>
    parseBody(body),
  );
  return server;
}

function parseBody(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw problems.badRequest('The body is not JSON.');
  }
}

/** Digests have one length, so that the time of the comparison tells nothing. */
export function keyCheck(authKey: string): (given: string | undefined) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(authKey);
  return (given) => timingSafeEqual(digest(given ?? ''), expected) && given !== undefined;
}

/** The pattern of the route and never the URL, in which a session's id is the key to it. */
function accessLine(request: FastifyRequest, status: number, ms: number) {
  const { method, ip, id } = request;
  const route = request.routeOptions.url ?? '(unknown)';
  return { msg: 'request', method, route, status, client: ip, duration_ms: Math.round(ms), request_id: id };
}
