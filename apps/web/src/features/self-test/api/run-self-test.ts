import { useMutation } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';

export function useSelfTest() {
  const run = useWithSecondFactor();
  return useMutation({ mutationFn: () => run(() => bodyOf(api.POST('/api/v1/self-test'))) });
}
