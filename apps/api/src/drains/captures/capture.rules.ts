import type { DestinationBody } from '../drain.rules.js';

interface Source {
  readonly app: string | null;
  readonly space: string | null;
  readonly site: string | null;
}

/** What the shuttle is asked for. */
export function destinationOfSource({ app, space, site }: Source): DestinationBody {
  return site === null ? { app: app ?? '', space: space ?? '' } : { site };
}

/** As the shuttle writes it: `app-space`, or the site. */
export function sourceOf({ app, space, site }: Source): string {
  return site ?? `${app}-${space}`;
}

/** Characters that every file system and shell takes as they are. */
const UNSAFE = /[^A-Za-z0-9._-]+/g;
const MAX_NAME = 200;

/** `app-space-20261125T190000Z.log.gz` */
export function archiveNameOf(source: Source, startedAt: number): string {
  const name = sourceOf(source).replace(UNSAFE, '_').slice(0, MAX_NAME);
  const time = new Date(startedAt).toISOString().slice(0, 19).replace(/[-:]/g, '');
  return `${name}-${time}Z.log.gz`;
}
