import type { Schema } from '@logs-collector/api-client/client';
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf, type Page } from '../../../lib/api.js';
import { ticketKeys } from '../../../lib/query-keys.js';

type Ticket = Schema<'TicketView'>;

/** Shows at once what the server is being told. */
function showResolved(queries: QueryClient, { numbers, resolved }: Schema<'TicketsResolution'>): void {
  const marked = (ticket: Ticket): Ticket => (numbers.includes(ticket.number) ? { ...ticket, resolved } : ticket);
  queries.setQueriesData<Page<Ticket>>(
    { queryKey: [...ticketKeys.lists, 'page'] },
    (page) => page && { ...page, rows: page.rows.map(marked) },
  );
  for (const number of numbers) {
    queries.setQueryData<Ticket>(ticketKeys.view(number), (ticket) => ticket && marked(ticket));
  }
}

/** Resolves or reopens tickets; an answer that says otherwise is read anew. */
export function useResolveTickets() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'TicketsResolution'>) => bodyOf(api.POST('/api/v1/tickets/resolve', { body })),
    onMutate: (resolution) => showResolved(queries, resolution),
    onSettled: (_result, _error, { numbers }) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ticketKeys.lists }),
        ...numbers.flatMap((number) => [
          queries.invalidateQueries({ queryKey: ticketKeys.view(number) }),
          queries.invalidateQueries({ queryKey: ticketKeys.timeline(number) }),
        ]),
      ]),
  });
}
