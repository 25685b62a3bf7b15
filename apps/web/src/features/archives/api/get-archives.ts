import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, pageOf } from '../../../lib/api.js';
import { archiveKeys } from '../../../lib/query-keys.js';
import { PAGE_SIZE } from '../../../lib/use-paging.js';
import { type ArchiveFilters, queryOf } from '../archive-filters.js';

/** One page of archives. */
export function archivesQuery(filters: ArchiveFilters) {
  return queryOptions({
    queryKey: [...archiveKeys.lists, 'page', filters],
    queryFn: () =>
      pageOf(api.GET('/api/v1/archives', { params: { query: { ...queryOf(filters), limit: PAGE_SIZE } } })),
    placeholderData: keepPreviousData,
  });
}
