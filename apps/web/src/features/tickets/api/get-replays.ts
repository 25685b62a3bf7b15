import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { ticketKeys } from '../../../lib/query-keys.js';

/** Replays of a ticket's archives, the newest first. Live events tell of their progress. */
export function replaysQuery(number: string) {
  return queryOptions({
    queryKey: ticketKeys.replays(number),
    queryFn: () => bodyOf(api.GET('/api/v1/replays', { params: { query: { ticket: number, limit: 20 } } })),
  });
}
