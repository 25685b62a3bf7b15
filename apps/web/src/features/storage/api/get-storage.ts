import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';

export const storageQuery = queryOptions({
  queryKey: ['storage', 'now'],
  queryFn: () => bodyOf(api.GET('/api/v1/storage')),
});
