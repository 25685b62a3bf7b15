import type { Schema } from '@logs-collector/api-client/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { sessionsQuery } from './get-sessions.js';

/** Changes the own password; all other sessions end. */
export function useChangePassword() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'PasswordBody'>) => bodyOf(api.POST('/api/v1/auth/password', { body })),
    onSuccess: () => queries.invalidateQueries(sessionsQuery),
  });
}
