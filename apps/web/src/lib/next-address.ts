/** Where somebody continues who did not say. */
export const START = '/';

/** Answered by the server and not by the pages: the API with its downloads, and their addresses of the original. */
const SERVER_PATHS = /^\/(?:api|archives\/download|download)\//;

/**
 * Where to continue after the login: a path of this origin and nothing else, whatever the link to the login says. The
 * address is read as a browser reads it, which drops tabs and line breaks and takes a backslash for a slash.
 */
export function safeNext(next: string | null, origin: string): string {
  if (next === null || !/^\/(?!\/)/.test(next) || next.includes('\\')) return START;
  if (!URL.canParse(next, origin)) return START;
  const { origin: target, pathname, search, hash } = new URL(next, origin);
  if (target !== origin || pathname.startsWith('//') || pathname === '/login') return START;
  return pathname + search + hash;
}

/** Whether the browser has to go there by itself, as the pages have nothing to show for it. */
export function isServerPath(path: string): boolean {
  return SERVER_PATHS.test(path);
}

/** Where a second factor is set up; afterwards one is back at `next`, a path of this origin. */
export function enrolmentPath(next: string): string {
  return `/account?${new URLSearchParams({ 'second-factor': 'enrol', next }).toString()}`;
}
