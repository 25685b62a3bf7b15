import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, pageOf } from '../../../lib/api.js';

export function platformsQuery(search: string) {
  return queryOptions({
    queryKey: ['platforms', { search }],
    queryFn: () => pageOf(api.GET('/api/v1/platforms', { params: { query: search ? { search } : {} } })),
    placeholderData: keepPreviousData,
  });
}
