import type { Schema } from '@logs-collector/api-client/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';

/** Role and activity. */
export function useChangeUser(username: string) {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: (body: Schema<'UserPatch'>) =>
      run(() => bodyOf(api.PATCH('/api/v1/users/{username}', { params: { path: { username } }, body }))),
    // The own role may be what has changed.
    onSuccess: () => Promise.all(['users', 'me'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}
