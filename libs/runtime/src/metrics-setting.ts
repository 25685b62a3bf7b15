import { integer, secret } from './setting-parsers.js';

/** Who may read the metrics: nobody, everybody who reaches a port of its own, or who has the secret. */
export type MetricsAccess =
  | { readonly kind: 'off' }
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'token'; readonly secret: string };

const parsePort = integer(0, 65_535);

/** `off`, `port:<number>` or `token:<secret>`. Throws RangeError, as settings do, without the secret. */
export function parseMetricsAccess(text: string): MetricsAccess {
  const value = text.trim();
  if (value === 'off') return { kind: 'off' };
  const [, kind, rest = ''] = /^(port|token):(.*)$/s.exec(value) ?? [];
  if (kind === 'port') return { kind, port: parsePort(rest) };
  if (kind === 'token') return { kind, secret: headerSafe(secret(rest)) };
  throw new RangeError('must be off, port:<number> or token:<secret of at least 32 bytes>');
}

/** What an Authorization header cannot carry (RFC 6750 §2.1) nobody could ever present. */
function headerSafe(token: string): string {
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token)) {
    throw new RangeError('must have a secret of letters, digits and -._~+/ with = at the end at most');
  }
  return token;
}
