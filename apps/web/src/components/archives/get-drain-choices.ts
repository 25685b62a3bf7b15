import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../../lib/api.js';

const MOST = 200;

/** The newest drains, to choose one from. */
export const drainChoicesQuery = queryOptions({
  queryKey: ['drains', 'choices'],
  queryFn: () => bodyOf(api.GET('/api/v1/drains', { params: { query: { limit: MOST } } })),
});
