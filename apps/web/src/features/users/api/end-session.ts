import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';
import { sessionsQuery } from './get-sessions.js';

export function useEndSession(username: string) {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: (id: string) =>
      run(() => bodyOf(api.DELETE('/api/v1/auth/sessions/{id}', { params: { path: { id } } }))),
    // Also where it had ended by itself.
    onSettled: () => queries.invalidateQueries({ queryKey: sessionsQuery(username).queryKey }),
  });
}
