import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, pageOf } from '../../../lib/api.js';
import { ticketKeys } from '../../../lib/query-keys.js';
import { PAGE_SIZE } from '../../../lib/use-paging.js';
import { queryOf, type TicketFilters } from '../ticket-filters.js';

/** One page of tickets. */
export function ticketsQuery(filters: TicketFilters, username: string) {
  return queryOptions({
    queryKey: [...ticketKeys.lists, 'page', filters, username],
    queryFn: () =>
      pageOf(
        api.GET('/api/v1/tickets', {
          params: { query: { ...queryOf(filters, username, Date.now()), limit: PAGE_SIZE } },
        }),
      ),
    // The list stands still until the next one is there.
    placeholderData: keepPreviousData,
  });
}
