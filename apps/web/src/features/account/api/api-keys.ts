import type { Schema } from '@logs-collector/api-client/client';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';

/** Own API keys, newest first. */
export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: () => bodyOf(api.GET('/api/v1/auth/api-keys')),
});

/** Makes a key, which the answer shows for the only time. */
export function useCreateApiKey() {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: (body: Schema<'ApiKeyInput'>) => run(() => bodyOf(api.POST('/api/v1/auth/api-keys', { body }))),
    onSuccess: () => queries.invalidateQueries(apiKeysQuery),
  });
}

export function useRevokeApiKey() {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: (id: string) =>
      run(() => bodyOf(api.DELETE('/api/v1/auth/api-keys/{id}', { params: { path: { id } } }))),
    onSuccess: () => queries.invalidateQueries(apiKeysQuery),
  });
}
