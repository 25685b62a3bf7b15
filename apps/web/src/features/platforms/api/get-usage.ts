import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';

/** Under the key that the storage page uses as well: it is the same answer. */
export const usageQuery = queryOptions({
  queryKey: ['storage', 'now'],
  queryFn: () => bodyOf(api.GET('/api/v1/storage')),
});
