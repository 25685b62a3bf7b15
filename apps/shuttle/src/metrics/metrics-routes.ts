import { METRICS_MEDIA_TYPE } from '@logs-collector/runtime/metrics-server';
import type { FastifyInstance } from 'fastify';
import { problems } from '../http/problem.js';
import { keyCheck } from '../http/server.js';

const BEARER = /^Bearer +(\S+) *$/i;

/** The metrics on the port of everything else, for `METRICS=token:…`: Prometheus needs no more than a secret of its own. */
export function addMetricsRoutes(server: FastifyInstance, secret: string, read: () => Promise<string>): void {
  const isSecret = keyCheck(secret);
  server.get('/metrics', { config: { isPublic: true } }, async (request, reply) => {
    if (!isSecret(BEARER.exec(request.headers.authorization ?? '')?.[1])) throw problems.needsMetricsSecret();
    return reply.headers({ 'Content-Type': METRICS_MEDIA_TYPE, 'Cache-Control': 'no-store' }).send(await read());
  });
}
