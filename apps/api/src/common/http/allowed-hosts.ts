import type { FastifyInstance, FastifyRequest } from 'fastify';
import { edgeErrors } from './edge.errors.js';
import { isHealthPath } from './request-path.js';

/** The names under which the server may be addressed: exact ones, `.domain` for a domain and all below it, or `*`. */
export class AllowedHosts {
  private readonly names: readonly string[];

  constructor(names: readonly string[]) {
    this.names = names.map((name) => name.toLowerCase());
  }

  /** `host` is the value of a Host header: a name or address, perhaps with a port. */
  includes(host: string): boolean {
    if (this.names.includes('*')) return true;
    const name = nameOf(host);
    return this.names.some((allowed) =>
      allowed.startsWith('.') ? name === allowed.slice(1) || name.endsWith(allowed) : name === nameOf(allowed),
    );
  }
}

/** Lower case, without port, the root's dot and the brackets of an IPv6 address. */
function nameOf(host: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host.toLowerCase()) ?? [];
  return (bracketed ?? plain ?? host.toLowerCase()).replace(/\.$/, '');
}

/**
 * Refuses requests that name a host we are not (or two hosts at once, or none in HTTP/1.1; RFC 9112 §3.2). Health checks come from
 * orchestrators that know nothing but an address, so they are exempt.
 */
export function installHostCheck(fastify: FastifyInstance, hosts: AllowedHosts): void {
  fastify.addHook('onRequest', async (request) => {
    const hostCount = hostHeaderCount(request);
    if (hostCount > 1 || (hostCount === 0 && request.raw.httpVersion === '1.1')) throw edgeErrors.malformedRequest();
    if (isHealthPath(request.url) || hosts.includes(request.host ?? '')) return;
    throw edgeErrors.hostNotAllowed();
  });
}

/** Node keeps the first of several Host headers and drops the others, which only the raw list shows. */
function hostHeaderCount(request: FastifyRequest): number {
  return request.raw.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length;
}
