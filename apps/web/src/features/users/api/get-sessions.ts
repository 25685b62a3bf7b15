import { queryOptions } from '@tanstack/react-query';
import { api, pageOf } from '../../../lib/api.js';

export function sessionsQuery(username: string) {
  return queryOptions({
    queryKey: ['users', 'sessions', username],
    queryFn: () => pageOf(api.GET('/api/v1/auth/sessions', { params: { query: { username } } })),
  });
}
