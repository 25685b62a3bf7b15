import type { NetworkList } from '@logs-collector/runtime/network-list';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AppLog } from '../logging/logger.js';

const WARN_EVERY_MS = 60_000;
const FORWARDED = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded'];

/** Says, at most once a minute, that a proxy is not trusted: its users all look like one client until that is set right. */
export function installForwardedWarning(fastify: FastifyInstance, trusted: NetworkList, log: AppLog): void {
  let quietUntil = 0;
  let unreported = 0;
  fastify.addHook('onRequest', (request, _reply, done) => {
    const address = request.socket.remoteAddress ?? '';
    if (hasForwarded(request) && !trusted.includes(address)) {
      unreported += 1;
      if (performance.now() >= quietUntil) {
        log.warn({
          msg: 'X-Forwarded-* headers from an address outside TRUSTED_PROXIES were ignored',
          address,
          requests: unreported,
        });
        quietUntil = performance.now() + WARN_EVERY_MS;
        unreported = 0;
      }
    }
    done();
  });
}

function hasForwarded(request: FastifyRequest): boolean {
  return FORWARDED.some((name) => request.headers[name] !== undefined);
}
