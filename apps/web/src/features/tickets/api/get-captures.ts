import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { ticketKeys } from '../../../lib/query-keys.js';

/** Captures of a ticket, the newest first. Live events tell of their progress. */
export function capturesQuery(number: string) {
  return queryOptions({
    queryKey: ticketKeys.captures(number),
    queryFn: () => bodyOf(api.GET('/api/v1/captures', { params: { query: { ticket: number, limit: 20 } } })),
  });
}
