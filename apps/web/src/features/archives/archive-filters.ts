import { placeOf } from '../../lib/paging.js';

/** How the list of archives is narrowed; kept in the address. */
export interface ArchiveFilters {
  readonly name: string;
  readonly ticket: string;
  readonly sha256: string;
  readonly platform: string;
  readonly cursor: string | undefined;
}

const TEXTS = ['name', 'ticket', 'sha256', 'platform'] as const;

export function filtersOf(params: URLSearchParams): ArchiveFilters {
  const text = (name: (typeof TEXTS)[number]): string => params.get(name) ?? '';
  return {
    name: text('name'),
    ticket: text('ticket'),
    sha256: text('sha256'),
    platform: text('platform'),
    cursor: placeOf(params).cursor,
  };
}

/** The address of other filters: always the first page. */
export function paramsOf(filters: ArchiveFilters): URLSearchParams {
  return new URLSearchParams(TEXTS.map((name) => [name, filters[name].trim()]).filter(([, value]) => value));
}

export function isNarrowed(filters: ArchiveFilters): boolean {
  return TEXTS.some((name) => filters[name] !== '');
}

/** What the API is asked; a digest may be pasted as other programs write it, or as much of it as a list shows. */
export function queryOf(filters: ArchiveFilters) {
  return {
    ...(filters.name && { name: filters.name }),
    ...(filters.ticket && { ticket: filters.ticket }),
    ...(filters.sha256 && { sha256: filters.sha256.replace(/^sha256:|…$/gi, '').toLowerCase() }),
    ...(filters.platform && { platform: filters.platform }),
    ...(filters.cursor && { cursor: filters.cursor }),
  };
}
