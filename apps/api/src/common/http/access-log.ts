import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AppLog } from '../logging/logger.js';
import { printable } from '../logging/printable.js';
import type { HttpMetrics } from './http-metrics.js';
import { problemOf } from './problem-of-request.js';
import { pathOf } from './request-path.js';

const MAX_TEXT = 256;
/** What nginx writes when the client left before an answer began; no server sends it. */
const CLIENT_LEFT = 499;

/** Bytes of a connection that earlier requests on it have been charged with. */
const charged = new WeakMap<Socket, { read: number; written: number }>();

/**
 * One line for each request, when its answer has ended or its client has left, and the same in figures. Never the URL:
 * it may hold a token.
 */
export function installAccessLog(fastify: FastifyInstance, log: AppLog, metrics: HttpMetrics): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const startedAt = performance.now();
    const { socket } = request.raw;
    reply.raw.once('close', () => {
      const line = { ...describe(request, reply), ...traffic(socket), duration_ms: since(startedAt) };
      log.info({ msg: 'request', ...line });
      metrics.note({
        method: line.method,
        route: line.route,
        status: line.status,
        durationMs: line.duration_ms,
        receivedBytes: line.bytes_received,
        sentBytes: line.bytes,
        problem: problemOf(request),
      });
    });
    done();
  });
}

function describe(request: FastifyRequest, reply: FastifyReply) {
  const isComplete = reply.raw.writableFinished;
  return {
    request_id: request.id,
    client: request.ip,
    method: request.method,
    route: request.is404 ? '(unknown)' : (request.routeOptions.url ?? '(unknown)'),
    status: reply.raw.headersSent ? reply.raw.statusCode : CLIENT_LEFT,
    ...(isComplete ? {} : { aborted: true }),
    referer: refererOf(request.headers.referer),
    agent: printable(request.headers['user-agent'] ?? '', MAX_TEXT),
  };
}

/** Everything that went over the wire for this request, headers included. */
function traffic(socket: Socket): { bytes: number; bytes_received: number } {
  const before = charged.get(socket) ?? { read: 0, written: 0 };
  const now = { read: socket.bytesRead ?? 0, written: socket.bytesWritten ?? 0 };
  charged.set(socket, now);
  return { bytes: now.written - before.written, bytes_received: now.read - before.read };
}

/** Without query and fragment, which may hold secrets of the page that led here. */
function refererOf(referer: string | undefined): string | undefined {
  return referer === undefined ? undefined : printable(pathOf(referer), MAX_TEXT);
}

function since(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 10) / 10;
}
