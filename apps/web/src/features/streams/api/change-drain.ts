import type { Schema } from '@logs-collector/api-client/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';
import { DRAINS } from './get-drains.js';

export interface DrainChange {
  readonly id: string;
  readonly body: Schema<'DrainPatch'>;
}

/** Pauses a drain, lets it go on, or gives it other certificates. */
export function useChangeDrain() {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: ({ id, body }: DrainChange) =>
      run(() => bodyOf(api.PATCH('/api/v1/drains/{id}', { params: { path: { id } }, body }))),
    onSuccess: () => queries.invalidateQueries({ queryKey: DRAINS }),
  });
}
