import type { TlsMaterial } from '@logs-collector/shuttle/delivery/channels/stream-transport';
import { checkTls, DrainTlsError, type GivenTls } from '@logs-collector/shuttle/drain-tls';
import type { DrainTarget } from '@logs-collector/shuttle/drain-url';
import type { DrainPageRequest } from '../drains/drain-store.js';
import { problems } from '../http/problem.js';

const MAX_LIMIT = 1_000;
const MAX_OFFSET = 1_000_000;
const TLS_SCHEMES: readonly string[] = ['https', 'syslog+tls'];

/** What was asked to be changed; what is undefined stays, and null takes the certificates away. */
export interface GivenChange {
  readonly isPaused: boolean | undefined;
  readonly tls: GivenTls | null | undefined;
}

export function objectOf(body: unknown): object {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw problems.badRequest('The body must be a JSON object.');
  }
  return body;
}

/** `?app_space=&site=&limit=&offset=` */
export function pageOf(query: unknown): DrainPageRequest {
  const { app_space, site, limit, offset } = query as Record<string, unknown>;
  return {
    appSpace: textOrNone('app_space', app_space),
    site: textOrNone('site', site),
    limit: limit === undefined ? MAX_LIMIT : numberOf('limit', limit, 1, MAX_LIMIT),
    offset: offset === undefined ? 0 : numberOf('offset', offset, 0, MAX_OFFSET),
  };
}

export function changeIn(body: unknown): GivenChange {
  const given = objectOf(body) as { paused?: unknown; tls?: unknown };
  if (given.paused !== undefined && typeof given.paused !== 'boolean') {
    throw problems.badRequest('The field paused must be true or false.');
  }
  return { isPaused: given.paused, tls: tlsIn(given) };
}

/** `{"tls": {"ca_pem"?, "certificate_pem"?, "private_key_pem"?} | null}` */
export function tlsIn(body: { readonly tls?: unknown }): GivenTls | null | undefined {
  const { tls } = body;
  if (tls === undefined || tls === null) return tls;
  const { ca_pem, certificate_pem, private_key_pem } = objectOf(tls) as Record<string, unknown>;
  return {
    ca: textOrNone('ca_pem', ca_pem),
    certificate: textOrNone('certificate_pem', certificate_pem),
    privateKey: textOrNone('private_key_pem', private_key_pem),
  };
}

/** What connections to the target are made with; throws a problem that says why it cannot be used. */
export function materialOf(given: GivenTls | null | undefined, target: DrainTarget): TlsMaterial | null | undefined {
  if (!given) return given;
  if (!TLS_SCHEMES.includes(target.scheme)) {
    throw problems.invalidTls(`Only drains with ${TLS_SCHEMES.join(' or ')} use certificates.`);
  }
  try {
    return checkTls(given, Date.now());
  } catch (error) {
    throw error instanceof DrainTlsError ? problems.invalidTls(error.message) : error;
  }
}

function textOrNone(name: string, value: unknown): string | undefined {
  // PostgreSQL cannot even be asked for U+0000.
  if (value === undefined || (typeof value === 'string' && !value.includes('\0'))) return value;
  throw problems.badRequest(`${name} must be a text.`);
}

function numberOf(name: string, value: unknown, minimum: number, maximum: number): number {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= minimum && number <= maximum) return number;
  throw problems.badRequest(`${name} must be a whole number from ${minimum} to ${maximum}.`);
}
