import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NetworkList } from '@logs-collector/runtime/network-list';

const SANE_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,63}$/;

/**
 * The identifier of a request, for the log and the answer. A trusted proxy may give its own, so that both logs tell one
 * story; anybody else could put the id of a stranger's request into our log.
 */
export function requestIdSource(trusted: NetworkList): (request: IncomingMessage) => string {
  return (request) => {
    const given = request.headers['x-request-id'];
    const isTrusted = trusted.includes(request.socket.remoteAddress ?? '');
    return isTrusted && typeof given === 'string' && SANE_ID.test(given) ? given : randomUUID();
  };
}
