import { queryOptions } from '@tanstack/react-query';
import { api, pageOf } from '../../../lib/api.js';

/** As many as one answer holds; the API sorts by time alone, so those that rested longest come first. */
const LIMIT = 1_000;

/** Resolved tickets: what could go first. */
export const resolvedQuery = queryOptions({
  queryKey: ['storage', 'resolved'],
  queryFn: () =>
    pageOf(
      api.GET('/api/v1/tickets', { params: { query: { resolved: true, ordering: 'time_update', limit: LIMIT } } }),
    ),
});
