import type { Destination } from '@logs-collector/shuttle/record';
import { appDestination, siteDestination } from '../drains/drain-owner.js';

/** A drain of the former shuttle, as it is registered there. */
export interface FormerDrain {
  /** What its clients know it by. */
  readonly id: string;
  readonly destination: Destination;
  readonly url: string;
  /** Epoch milliseconds; undefined where the former shuttle did not say, or said no time. */
  readonly createdAtMs: number | undefined;
  readonly updatedAtMs: number | undefined;
}

/** One row, with the names of the Redis record; of everything it is not known whether it is what it should be. */
export type FormerRow = Readonly<
  Partial<Record<'id' | 'app' | 'space' | 'site' | 'url' | 'created' | 'updated', unknown>>
> & {
  /** Where it is found, for one that has no id. */
  readonly place?: string;
};

/** UUID-shaped, at least: it becomes a part of paths here. */
const ID = /^[0-9A-Za-z-]{1,64}$/;

/** Why a row cannot be taken. */
export type RowFault = 'unreadable' | 'id_invalid' | 'name_invalid';

export function parseFormerDrain(row: FormerRow): FormerDrain | RowFault {
  const { id, url } = row;
  if (typeof id !== 'string' || typeof url !== 'string') return 'unreadable';
  if (!ID.test(id)) return 'id_invalid';
  const destination = destinationOf(text(row.app), text(row.space), text(row.site));
  if (!destination) return 'name_invalid';
  return { id, destination, url, createdAtMs: timeMs(row.created), updatedAtMs: timeMs(row.updated) };
}

/** A site comes first, as it did there. An app with a dash could not be addressed over HTTP. */
function destinationOf(app: string, space: string, site: string): Destination | undefined {
  if (site !== '') return siteDestination(site);
  const destination = appDestination(`${app}-${space}`);
  return destination?.app === app ? destination : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Go writes its empty time as the year 1. */
function timeMs(value: unknown): number | undefined {
  const ms = typeof value === 'number' ? Math.round(value) : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return ms > 0 && ms <= 8.64e15 ? ms : undefined;
}
