export interface RequestOrigin {
  readonly method: string;
  /** Fetch metadata; browsers send it on secure addresses only. */
  readonly secFetchSite: string | undefined;
  readonly origin: string | undefined;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that brings a cookie comes from a page of ours (ASVS 5.0.0-3.5.1; OWASP: fetch metadata, else
 * Origin). A browser that sends neither with a safe method is navigating within the site, as SameSite=Strict kept the
 * cookie back otherwise.
 */
export function isOwnPage(request: RequestOrigin, ownOrigins: readonly string[], trusted: readonly string[]): boolean {
  const isSafe = SAFE_METHODS.has(request.method);
  if (request.secFetchSite === 'same-origin') return true;
  if (request.secFetchSite === 'none' && isSafe) return true;
  if (request.origin !== undefined) return isAllowedOrigin(request.origin.toLowerCase(), ownOrigins, trusted);
  return isSafe && request.secFetchSite === undefined;
}

function isAllowedOrigin(origin: string, ownOrigins: readonly string[], trusted: readonly string[]): boolean {
  return ownOrigins.includes(origin) || trusted.some((pattern) => matches(origin, pattern));
}

/** `https://*.example.com` stands for every subdomain, at any depth, with the same scheme and port. */
function matches(origin: string, pattern: string): boolean {
  const [scheme, host] = pattern.split('://');
  if (!host?.startsWith('*.')) return origin === pattern;
  return origin.startsWith(`${scheme}://`) && origin.endsWith(host.slice(1)) && origin.length > pattern.length - 1;
}
