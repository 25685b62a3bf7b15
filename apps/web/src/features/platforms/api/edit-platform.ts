import type { Schema } from '@logs-collector/api-client/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';

export interface PlatformEdit {
  readonly id: string;
  /** The one that was read; the API refuses when somebody else was faster. */
  readonly version: number;
  readonly body: Schema<'PlatformInput'>;
}

export function useEditPlatform() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version, body }: PlatformEdit) =>
      bodyOf(
        api.PUT('/api/v1/platforms/{name}', {
          params: { path: { name: id }, header: { 'If-Match': `"${version}"` } },
          body,
        }),
      ),
    // Tickets and the storage page show its name.
    onSuccess: () =>
      Promise.all(['platforms', 'tickets', 'storage'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}
