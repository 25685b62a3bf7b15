import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';
import { DRAINS } from './get-drains.js';

export function useDeleteDrain() {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: (id: string) => run(() => bodyOf(api.DELETE('/api/v1/drains/{id}', { params: { path: { id } } }))),
    onSuccess: () => queries.invalidateQueries({ queryKey: DRAINS }),
  });
}
