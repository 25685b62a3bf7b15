import { MIN_PACKET_BYTES } from './packet/encode-packet.js';
import type { Framing } from './packet/framing.js';

export type DrainScheme = 'http' | 'https' | 'syslog+tcp' | 'syslog+udp' | 'syslog+tls';

/** Where a drain sends, and how: everything that its URL says. */
export interface DrainTarget {
  readonly scheme: DrainScheme;
  /** A name in lower case or an IP literal, IPv6 with brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query of HTTP, without the parameters that are ours. */
  readonly path: string;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly framing: Framing;
  /** Longest packet, framing not counted. */
  readonly maxBytes: number;
  readonly structuredData: boolean;
  /** HTTP bodies compressed with gzip. */
  readonly gzip: boolean;
  /** Equal for two spellings of one URL. Holds the credentials: to be kept as a keyed hash only. */
  readonly identity: string;
  /** The URL as it was given, with `***` for what stands before the `@`. */
  readonly masked: string;
}

/** The message tells the owner of the URL what is wrong, and never quotes it. */
export class DrainUrlError extends Error {}

interface Kind {
  readonly scheme: DrainScheme;
  readonly port: number;
  readonly framing: Framing;
  readonly maxBytes: number;
  /** Kafka's records are no longer than a megabyte unless somebody changed that; a datagram has a limit of its own. */
  readonly largestMaxBytes: number;
}

const MEBIBYTE = 1_048_576;
/** RFC 768 over IPv4: 65,535 less both headers. */
const LARGEST_DATAGRAM_BYTES = 65_507;

const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    http: { scheme: 'http', port: 80, framing: 'logplex', maxBytes: 4_096, largestMaxBytes: MEBIBYTE },
    https: { scheme: 'https', port: 443, framing: 'logplex', maxBytes: 4_096, largestMaxBytes: MEBIBYTE },
    syslog: { scheme: 'syslog+tcp', port: 514, framing: 'newline', maxBytes: 99_990, largestMaxBytes: MEBIBYTE },
    'syslog+tcp': { scheme: 'syslog+tcp', port: 514, framing: 'newline', maxBytes: 99_990, largestMaxBytes: MEBIBYTE },
    'syslog+udp': {
      scheme: 'syslog+udp',
      port: 514,
      framing: 'newline',
      maxBytes: 1_024,
      largestMaxBytes: LARGEST_DATAGRAM_BYTES,
    },
    'syslog+tls': { scheme: 'syslog+tls', port: 6_514, framing: 'octet', maxBytes: 99_990, largestMaxBytes: MEBIBYTE },
  } satisfies Record<string, Kind>),
);

const MAX_URL_LENGTH = 2_048;
/** Scheme, what stands before the last `@`, and the rest (RFC 3986, section 3). */
const URL_SHAPE = /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#]*)@)?([^/?#@].*)$/i;
/** What parsers read in different ways, or leave out: spaces, control characters, a backslash. */
const NOT_IN_URL = /[^!-[\]-~]/;

/**
 * `http`, `https`, `syslog` (which is `syslog+tcp`), `syslog+tcp`, `syslog+udp` and `syslog+tls` URLs. The parameters
 * `sd=1`, `max=<bytes>`, `framing=newline|octet` (TCP and TLS) and `gzip=1` (HTTP) are ours; the rest of the query is kept.
 * Whether the network may be reached is not decided here.
 * @throws DrainUrlError
 */
export function parseDrainUrl(text: string): DrainTarget {
  if (text.length > MAX_URL_LENGTH) throw new DrainUrlError(`The URL is longer than ${MAX_URL_LENGTH} characters.`);
  const [, schemeText, userinfo, rest] = URL_SHAPE.exec(text) ?? [];
  if (schemeText === undefined || rest === undefined || NOT_IN_URL.test(text)) {
    throw new DrainUrlError('The URL must look like syslog+tls://host:port or https://host/path.');
  }
  const kind = KINDS.get(schemeText.toLowerCase());
  if (!kind) throw new DrainUrlError(`The scheme must be one of: ${[...KINDS.keys()].join(', ')}.`);
  const { host, port, pathname, search } = locationOf(rest, kind.port);
  const isHttp = kind.scheme === 'http' || kind.scheme === 'https';
  const query = new DrainQuery(search);
  const options = takeOptions(query, kind, isHttp);
  const path = isHttp ? pathname + query.rest : '';
  const credentials = userinfo === undefined ? undefined : credentialsOf(userinfo);
  return {
    scheme: kind.scheme,
    host,
    port,
    path,
    credentials,
    ...options,
    identity: JSON.stringify([kind.scheme, credentials, host, port, path, options]),
    masked: userinfo === undefined ? text : `${schemeText}://***@${rest}`,
  };
}

/** Read as HTTP, so that a host has one spelling whatever the scheme: `0x7f.1` is 127.0.0.1, names are in lower case. */
function locationOf(rest: string, defaultPort: number) {
  const url = URL.parse(`ws://${rest}`);
  if (!url || url.hostname === '') throw new DrainUrlError('The URL names no valid host, or a port above 65535.');
  const isPort80 = /^(?:\[[^\]]*\]|[^:/?#]*):0*80(?:[/?#]|$)/.test(rest);
  const port = url.port === '' ? (isPort80 ? 80 : defaultPort) : Number(url.port);
  if (port === 0) throw new DrainUrlError('The port must be between 1 and 65535.');
  return { host: url.hostname, port, pathname: url.pathname, search: url.search };
}

function takeOptions(query: DrainQuery, kind: Kind, isHttp: boolean) {
  const isStream = kind.scheme === 'syslog+tcp' || kind.scheme === 'syslog+tls';
  return {
    framing: (isStream ? query.take('framing', framingOf) : undefined) ?? kind.framing,
    maxBytes: query.take('max', (text) => maxBytesOf(text, kind)) ?? kind.maxBytes,
    structuredData: query.take('sd', (text) => isOn('sd', text)) ?? false,
    gzip: (isHttp ? query.take('gzip', (text) => isOn('gzip', text)) : undefined) ?? false,
  };
}

/** Parameters are taken out of the text, as another encoding of the rest would be another address to some receivers. */
class DrainQuery {
  private parameters: readonly string[];

  constructor(search: string) {
    this.parameters = search === '' ? [] : search.slice(1).split('&');
  }

  get rest(): string {
    return this.parameters.length > 0 ? `?${this.parameters.join('&')}` : '';
  }

  take<T>(name: string, parse: (text: string) => T): T | undefined {
    const found = this.parameters.filter((parameter) => parameter.split('=', 1)[0] === name);
    const [first] = found;
    if (first === undefined) return undefined;
    if (found.length > 1) throw new DrainUrlError(`${name} is given more than once.`);
    this.parameters = this.parameters.filter((parameter) => parameter !== first);
    return parse(first.slice(name.length + 1));
  }
}

function framingOf(text: string): Framing {
  if (text === 'newline' || text === 'octet') return text;
  throw new DrainUrlError('framing must be newline or octet.');
}

function maxBytesOf(text: string, { largestMaxBytes }: Kind): number {
  const bytes = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (bytes >= MIN_PACKET_BYTES && bytes <= largestMaxBytes) return bytes;
  throw new DrainUrlError(`max must be a number of bytes between ${MIN_PACKET_BYTES} and ${largestMaxBytes}.`);
}

function isOn(name: string, text: string): boolean {
  if (text === '1' || text === '0') return text === '1';
  throw new DrainUrlError(`${name} must be 1 or 0.`);
}

function credentialsOf(userinfo: string): { username: string; password: string } {
  const colon = userinfo.indexOf(':');
  try {
    return {
      username: decodeURIComponent(colon < 0 ? userinfo : userinfo.slice(0, colon)),
      password: colon < 0 ? '' : decodeURIComponent(userinfo.slice(colon + 1)),
    };
  } catch {
    throw new DrainUrlError('What stands before the @ is not percent-encoded UTF-8.');
  }
}
