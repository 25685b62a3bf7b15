import { queryOptions } from '@tanstack/react-query';
import { api, pageOf } from '../../../lib/api.js';
import { archiveKeys } from '../../../lib/query-keys.js';

const MOST = 1_000;

/** What has arrived for a ticket, newest first; all of it, as far as the API tells at once. */
export function ticketArchivesQuery(number: string) {
  return queryOptions({
    queryKey: archiveKeys.ofTicket(number),
    queryFn: () => pageOf(api.GET('/api/v1/archives', { params: { query: { ticket: number, limit: MOST } } })),
  });
}
