import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { ticketKeys } from '../../../lib/query-keys.js';

/** The upload tokens of a ticket, newest first. Each reading is recorded, so it is not repeated without need. */
export function tokensQuery(number: string) {
  return queryOptions({
    queryKey: ticketKeys.tokens(number),
    queryFn: () => bodyOf(api.GET('/api/v1/tickets/{number}/tokens', { params: { path: { number } } })),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
}
