import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';

/** Takes password and second factor away, and answers the link on which both are set anew. */
export function useResetSecondFactor(username: string) {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: () => run(() => bodyOf(api.DELETE('/api/v1/users/{username}/2fa', { params: { path: { username } } }))),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['users'] }),
  });
}
