export interface CookieOptions {
  readonly path: string;
  readonly isSecure: boolean;
  /** Seconds; 0 deletes. */
  readonly maxAgeSeconds: number;
}

/** The Cookie header (RFC 6265 §4.2.1). Of two cookies with one name the first counts: browsers send the closest first. */
export function parseCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const separator = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, separator)).trim();
    if (name !== '' && !cookies.has(name)) cookies.set(name, pair.slice(separator + 1).trim());
  }
  return cookies;
}

/** A Set-Cookie header (RFC 6265 §4.1) that scripts cannot read and other sites cannot use. */
export function formatCookie(name: string, value: string, options: CookieOptions): string {
  const attributes = [`${name}=${value}`, `Path=${options.path}`, `Max-Age=${options.maxAgeSeconds}`, 'HttpOnly'];
  if (options.isSecure) attributes.push('Secure');
  return [...attributes, 'SameSite=Strict'].join('; ');
}
