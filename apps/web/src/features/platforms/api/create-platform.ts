import type { Schema } from '@logs-collector/api-client/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';

export function useCreatePlatform() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'PlatformInput'>) => bodyOf(api.POST('/api/v1/platforms', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['platforms'] }),
  });
}
