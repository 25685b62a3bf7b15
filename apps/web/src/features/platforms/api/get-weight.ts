import type { Schema } from '@logs-collector/api-client/client';
import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from '../../../lib/api.js';

/** What would be gone with a platform. */
export interface PlatformWeight {
  readonly tickets: number;
  /** False where the platform has more tickets than the server counts. */
  readonly areTicketsExact: boolean;
  readonly archives: number;
  readonly bytes: number;
}

/** Asked anew whenever the question comes up: it is shown before something is destroyed. */
export function weightQuery({ id, name }: Schema<'PlatformView'>) {
  return queryOptions({
    // Not among the lists: those are asked anew after the deletion, when this one would find nothing.
    queryKey: ['platform-weight', id],
    queryFn: async (): Promise<PlatformWeight> => {
      const [tickets, storage] = await Promise.all([
        pageOf(api.GET('/api/v1/tickets', { params: { query: { platform: id, limit: 1 } } })),
        bodyOf(api.GET('/api/v1/storage')),
      ]);
      const usage = storage.platforms.find((platform) => platform.name === name);
      return {
        tickets: tickets.total,
        areTicketsExact: tickets.isTotalExact,
        archives: usage?.archives_count ?? 0,
        bytes: usage?.archives_bytes ?? 0,
      };
    },
    staleTime: 0,
    gcTime: 0,
  });
}
