import { isIP } from 'node:net';

/** RFC 1123 §2.1, and `_`, which containers' names have. The last label is no number, or it would be an address. */
const NAME =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*(?!\d+$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const PORT = /:\d{1,5}$/;

/** An address of this machine, or a name of one; IPv6 without brackets. Throws RangeError, as settings do. */
export function parseListenAddress(text: string): string {
  const host = text.trim();
  if (isIP(host) === 0 && !NAME.test(host))
    throw new RangeError('must be an IP address or a host name, without a port');
  return host;
}

/** `*`, names and addresses, `.domain` for a domain and all below it. Throws RangeError, as settings do. */
export function parseAllowedHosts(hosts: readonly string[]): readonly string[] {
  if (hosts.length === 0 || !hosts.every(isAllowedHost)) {
    throw new RangeError('must be * or a comma list such as logs.example.com, .example.org, 192.0.2.7');
  }
  return hosts;
}

function isAllowedHost(host: string): boolean {
  if (host === '*' || isIP(host) !== 0) return true;
  const bracketed = /^\[(.*)\](?::\d{1,5})?$/.exec(host)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6;
  const name = host.replace(PORT, '').replace(/\.$/, '');
  return isIP(name) === 4 || NAME.test(name.replace(/^\./, ''));
}
