import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, pageOf } from '../../../lib/api.js';
import { PAGE_SIZE } from '../../../lib/use-paging.js';
import { type DrainFilters, queryOf } from '../drain-filters.js';

/** The shuttle counts a drain's lines anew every two seconds. */
const REFRESH_MS = 3_000;

export const DRAINS = ['drains'] as const;

/** One page of drains with how each does, read again and again while it is looked at. */
export function drainsQuery(filters: DrainFilters) {
  return queryOptions({
    queryKey: [...DRAINS, filters],
    queryFn: () => pageOf(api.GET('/api/v1/drains', { params: { query: { ...queryOf(filters), limit: PAGE_SIZE } } })),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}
