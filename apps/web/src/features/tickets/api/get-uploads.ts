import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { ticketKeys } from '../../../lib/query-keys.js';

/** Live events tell of progress, but not of an upload that is given up or runs out. */
const CHECK_MS = 15_000;

/** Uploads of a ticket that are under way. */
export function uploadsQuery(number: string) {
  return queryOptions({
    queryKey: ticketKeys.uploads(number),
    queryFn: () => bodyOf(api.GET('/api/v1/tickets/{number}/uploads', { params: { path: { number } } })),
    refetchInterval: ({ state }) => (state.data?.length ? CHECK_MS : false),
  });
}
