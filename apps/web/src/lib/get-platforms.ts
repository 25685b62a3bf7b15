import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from './api.js';

/** All platforms, for choosing one and for their readable names. */
export const platformChoicesQuery = queryOptions({
  queryKey: ['platforms', 'choices'],
  queryFn: () => bodyOf(api.GET('/api/v1/platforms')),
  staleTime: 60_000,
});
