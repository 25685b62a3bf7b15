import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';

/** Ends this login and forgets what was read with it. */
export function useLogout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/auth/token/logout', { body: {} })),
    onSettled: () => {
      queries.clear();
      window.location.assign('/login');
    },
  });
}
