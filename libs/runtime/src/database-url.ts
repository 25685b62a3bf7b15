export type DatabaseTarget =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

/**
 * `sqlite:///relative`, `sqlite:////absolute`, `postgres://`, `postgresql://` and the original's `psql://`.
 * The PostgreSQL address comes back as `postgres://` with its parts still percent-encoded.
 */
export function parseDatabaseUrl(text: string): DatabaseTarget {
  const sqlite = /^sqlite:\/\/\/(.+)$/.exec(text);
  if (sqlite?.[1]) return { kind: 'sqlite', path: decodeURIComponent(sqlite[1]) };
  const postgres = /^(?:postgres|postgresql|psql):\/\/(.+)$/.exec(text);
  const url = `postgres://${postgres?.[1] ?? ''}`;
  if (!postgres || !URL.canParse(url) || new URL(url).pathname.length < 2) {
    throw new RangeError('must be sqlite:///file or postgres://user:password@host:port/database');
  }
  return { kind: 'postgres', url };
}
