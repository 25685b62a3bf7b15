import type { Schema } from '@logs-collector/api-client/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { meQuery } from './get-me.js';

/** Changes how the own name is shown, and the language. */
export function useUpdateMe() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changes: Schema<'AccountPatch'>) => bodyOf(api.PATCH('/api/v1/auth/me', { body: changes })),
    onSuccess: (me) => queries.setQueryData(meQuery.queryKey, me),
  });
}
