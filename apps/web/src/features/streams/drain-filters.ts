import { placeOf } from '../../lib/paging.js';

/** How the list of drains is narrowed; kept in the address. */
export interface DrainFilters {
  /** `app-space`, whole. */
  readonly app: string;
  readonly site: string;
  readonly cursor: string | undefined;
}

export function filtersOf(params: URLSearchParams): DrainFilters {
  return { app: params.get('app') ?? '', site: params.get('site') ?? '', cursor: placeOf(params).cursor };
}

/** The address of other filters: always the first page. */
export function paramsOf({ app, site }: DrainFilters): URLSearchParams {
  return new URLSearchParams({ ...(app && { app }), ...(site && { site }) });
}

export function isNarrowed({ app, site }: DrainFilters): boolean {
  return app !== '' || site !== '';
}

export function queryOf({ app, site, cursor }: DrainFilters) {
  return { ...(app && { app_space: app }), ...(site && { site }), ...(cursor && { cursor }) };
}
