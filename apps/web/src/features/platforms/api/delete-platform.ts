import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';

export interface PlatformDeletion {
  readonly id: string;
  /** Its tickets and their archives too. */
  readonly isCascade: boolean;
}

/** Answers `{ pending: true }` where the bytes follow later. */
export function useDeletePlatform() {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: ({ id, isCascade }: PlatformDeletion) =>
      run(() =>
        bodyOf(
          api.DELETE('/api/v1/platforms/{name}', {
            params: { path: { name: id }, query: isCascade ? { cascade: true } : {} },
          }),
        ),
      ),
    onSuccess: () =>
      Promise.all(
        ['platforms', 'tickets', 'archives', 'storage'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      ),
  });
}
