import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';

/** A new link; the earlier ones stop working. */
export function useInviteUser(username: string) {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: () =>
      run(() => bodyOf(api.POST('/api/v1/users/{username}/invitation', { params: { path: { username } } }))),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['users'] }),
  });
}
