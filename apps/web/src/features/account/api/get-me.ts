import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => bodyOf(api.GET('/api/v1/auth/me')),
});

/** Who is logged in, inside the shell, which does not render for anybody else. */
export function useMe() {
  return useSuspenseQuery(meQuery).data;
}
