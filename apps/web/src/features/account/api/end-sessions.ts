import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { ApiProblem } from '../../../lib/api-problem.js';
import { sessionsQuery } from './get-sessions.js';

async function end(id: string): Promise<void> {
  try {
    await bodyOf(api.DELETE('/api/v1/auth/sessions/{id}', { params: { path: { id } } }));
  } catch (error) {
    // It has ended by itself meanwhile, which is what was wanted.
    if (!(error instanceof ApiProblem && error.status === 404)) throw error;
  }
}

/** Ends own sessions, one after the other. */
export function useEndSessions() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      for (const id of ids) await end(id);
    },
    onSettled: () => queries.invalidateQueries(sessionsQuery),
  });
}
