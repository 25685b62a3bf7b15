import type { Schema } from '@logs-collector/api-client/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';
import { DRAINS } from './get-drains.js';

export function useCreateDrain() {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: (body: Schema<'DrainInput'>) => run(() => bodyOf(api.POST('/api/v1/drains', { body }))),
    onSuccess: () => queries.invalidateQueries({ queryKey: DRAINS }),
  });
}
