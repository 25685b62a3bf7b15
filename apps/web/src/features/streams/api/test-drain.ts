import { useMutation } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';

/** Sends one line past the queue and answers what came of it, within ten seconds. */
export function useTestDrain() {
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: (id: string) => run(() => bodyOf(api.POST('/api/v1/drains/{id}/test', { params: { path: { id } } }))),
  });
}
