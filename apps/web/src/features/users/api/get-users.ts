import { queryOptions } from '@tanstack/react-query';
import { api, pageOf } from '../../../lib/api.js';

export const usersQuery = queryOptions({
  queryKey: ['users', 'list'],
  queryFn: () => pageOf(api.GET('/api/v1/users')),
});
