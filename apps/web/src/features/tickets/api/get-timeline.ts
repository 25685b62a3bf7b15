import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { ticketKeys } from '../../../lib/query-keys.js';

/** How the case went, newest first. */
export function timelineQuery(number: string) {
  return queryOptions({
    queryKey: ticketKeys.timeline(number),
    queryFn: () => bodyOf(api.GET('/api/v1/tickets/{number}/timeline', { params: { path: { number } } })),
  });
}
