import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';

/** Own logins that still hold, newest first. */
export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: () => bodyOf(api.GET('/api/v1/auth/sessions')),
});
