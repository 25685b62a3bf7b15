import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';

export function historyQuery(days: number) {
  return queryOptions({
    queryKey: ['storage', 'history', days],
    queryFn: () => bodyOf(api.GET('/api/v1/storage/history', { params: { query: { days } } })),
    placeholderData: keepPreviousData,
  });
}
