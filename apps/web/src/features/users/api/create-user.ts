import type { Schema } from '@logs-collector/api-client/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';

/** Answers the invitation's link, for the only time. */
export function useCreateUser() {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: (body: Schema<'UserInput'>) => run(() => bodyOf(api.POST('/api/v1/users', { body }))),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['users'] }),
  });
}
