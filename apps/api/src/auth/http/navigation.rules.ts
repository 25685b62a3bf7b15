export interface Navigation {
  readonly method: string;
  /** The request's target as it was sent: path and query. */
  readonly target: string;
  readonly authorization: string | undefined;
  /** Fetch metadata; browsers send it on secure addresses only. */
  readonly secFetchMode: string | undefined;
  readonly accept: string | undefined;
}

const LOGIN_PAGE = '/login';

/** What a program that is no browser would ask for; a browser lists none of these as high as a page. */
const NOT_PAGES = ['*/*', 'application/*', 'application/json', 'application/problem+json', 'application/octet-stream'];

/**
 * Where a person goes who opened an address in a browser without being logged in: to the login, which continues there.
 * Undefined for scripts, and for whoever brought a bearer token: they want to read the refusal.
 */
export function loginAddress(request: Navigation): string | undefined {
  if (request.method !== 'GET' || /^bearer\b/i.test(request.authorization?.trim() ?? '')) return undefined;
  const isNavigation =
    request.secFetchMode === undefined ? prefersPage(request.accept) : request.secFetchMode === 'navigate';
  // A path of this server and nothing else: `//host` and `/\host` would lead away from it.
  if (!isNavigation || !/^\/(?![/\\])/.test(request.target)) return undefined;
  return `${LOGIN_PAGE}?next=${encodeURIComponent(request.target)}`;
}

/** Whether an Accept header (RFC 9110 §12.5.1) names pages, and nothing else as much. */
function prefersPage(accept = ''): boolean {
  const weights = new Map(accept.split(',').map(weighed));
  const page = weights.get('text/html') ?? 0;
  return page > 0 && NOT_PAGES.every((type) => (weights.get(type) ?? 0) < page);
}

function weighed(range: string): [string, number] {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return [type, weight === undefined ? 1 : Number.parseFloat(weight) || 0];
}
