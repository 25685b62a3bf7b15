import type { Schema } from '@logs-collector/api-client/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { ticketKeys } from '../../../lib/query-keys.js';
import { tokensQuery } from './get-tokens.js';

export interface MadeTicket {
  readonly ticket: Schema<'TicketView'>;
  /** Its upload token with the link; undefined where it could not be read. */
  readonly token: Schema<'TokenView'> | undefined;
}

/** Makes a ticket and answers the link that goes to the customer. */
export function useCreateTicket() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: Schema<'TicketInput'>): Promise<MadeTicket> => {
      const ticket = await bodyOf(api.POST('/api/v1/tickets', { body }));
      queries.setQueryData(ticketKeys.view(ticket.number), ticket);
      // The ticket exists, whatever becomes of this: its page has the link too.
      const tokens = await queries.fetchQuery(tokensQuery(ticket.number)).catch(() => []);
      return { ticket, token: tokens[0] };
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ticketKeys.lists }),
  });
}
