import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { NetworkList } from './network-list.js';
import { isPublicAddress } from './public-networks.js';

export type RefusalCode = 'scheme_not_allowed' | 'port_not_allowed' | 'address_not_allowed';

/** Thrown before a byte was sent. The message names no address that a name resolved to: it would map an inner network. */
export class ConnectRefusedError extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
    this.name = 'ConnectRefusedError';
  }
}

/** Well-known ports below 1024 that somebody may point us at: HTTP, HTTPS, syslog (RFC 3164, 6587). */
const PRIVILEGED_PORTS = new Set([80, 443, 514, 601]);

/**
 * Ports from 1024 on where a protocol listens that a line of text could command ("bad port" in WHATWG Fetch, section
 * 2.9, and the databases and caches that are known for it).
 */
const BAD_PORTS = new Set([
  1719, 1720, 1723, 2049, 2375, 2379, 2380, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666,
  6667, 6668, 6669, 6679, 6697, 9200, 9300, 10080, 10250, 11211, 27017,
]);

/** What `dns.lookup` is: `options.all` asks for every address. */
export type AllAddressesLookup = (
  host: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface SafeConnectOptions {
  /** Schemes without the colon, such as `https`; any other is refused. */
  readonly schemes: readonly string[];
  /** Networks that may be reached besides the public Internet. */
  readonly allow: NetworkList;
  readonly lookup?: AllAddressesLookup;
}

export interface Endpoint {
  readonly scheme: string;
  /** A name or an IP literal, IPv6 with or without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Options that `net.connect`, `tls.connect` and `http(s).request` take alike. */
export interface GuardedSocketOptions {
  readonly host: string;
  readonly port: number;
  readonly lookup: LookupFunction;
}

/**
 * Decides where the process may connect to on somebody else's word (OWASP ASVS 5.0, 1.3.6).
 *
 * A name is judged by every address it resolves to at the very moment of connecting, so that one which changes its mind
 * after it was checked gains nothing; Node calls no `lookup` for IP literals, so they are judged by themselves. Whoever
 * makes HTTP requests uses an agent of its own (the global one may follow HTTP_PROXY) and follows no redirect.
 */
export class SafeConnect {
  private readonly lookupAll: AllAddressesLookup;

  constructor(private readonly options: SafeConnectOptions) {
    this.lookupAll = options.lookup ?? systemLookup;
  }

  /** What can be said without asking DNS; for refusing an address when it is registered. */
  check({ scheme, host, port }: Endpoint): void {
    if (!this.options.schemes.includes(scheme)) {
      throw new ConnectRefusedError(
        'scheme_not_allowed',
        `The scheme must be one of: ${this.options.schemes.join(', ')}.`,
      );
    }
    if (!isAllowedPort(port)) throw new ConnectRefusedError('port_not_allowed', `Port ${port} is not allowed.`);
    const literal = withoutBrackets(host);
    if (isIP(literal) !== 0) this.checkAddress(literal);
  }

  /** @throws ConnectRefusedError at once, or from the socket where the name's addresses are to blame. */
  socketOptions(endpoint: Endpoint): GuardedSocketOptions {
    this.check(endpoint);
    return { host: withoutBrackets(endpoint.host), port: endpoint.port, lookup: this.lookup };
  }

  /** One address to send datagrams to. */
  async resolve(endpoint: Endpoint): Promise<LookupAddress> {
    this.check(endpoint);
    const host = withoutBrackets(endpoint.host);
    const family = isIP(host);
    if (family !== 0) return { address: host, family };
    const [first] = await new Promise<LookupAddress[]>((resolve, reject) => {
      this.resolveAll(host, {}, (error, addresses) => (error ? reject(error) : resolve(addresses)));
    });
    if (first === undefined) throw new Error(`${host} has no address.`);
    return first;
  }

  /** Takes the place of `dns.lookup` in options of `net.connect` and its kin. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    this.resolveAll(host, options, (error, addresses) => {
      const [first] = addresses;
      if (error || first === undefined) {
        callback(error ?? Object.assign(new Error(`${host} has no address.`), { code: 'ENOTFOUND' }), '');
      } else if (options.all === true) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };

  private resolveAll(
    host: string,
    options: LookupOptions,
    callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ): void {
    this.lookupAll(host, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, []);
        return;
      }
      try {
        for (const { address } of addresses) this.checkAddress(address);
      } catch (refusal) {
        callback(refusal as ConnectRefusedError, []);
        return;
      }
      callback(null, addresses);
    });
  }

  private checkAddress(address: string): void {
    // A zone names the interface of a link-local address, and lists of networks know none.
    const [plain = ''] = address.split('%');
    if (isIP(plain) !== 0 && (isPublicAddress(plain) || this.options.allow.includes(plain))) return;
    throw new ConnectRefusedError('address_not_allowed', 'The address is in a network that is not allowed.');
  }
}

function isAllowedPort(port: number): boolean {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return false;
  return port < 1024 ? PRIVILEGED_PORTS.has(port) : !BAD_PORTS.has(port);
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
