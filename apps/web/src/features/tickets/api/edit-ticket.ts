import type { Schema } from '@logs-collector/api-client/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { ApiProblem } from '../../../lib/api-problem.js';
import { archiveKeys, ticketKeys } from '../../../lib/query-keys.js';
import { changesOf, collides, type TicketNames } from '../ticket-edit.js';

type Ticket = Schema<'TicketView'>;

export interface TicketEdit {
  /** As it was when the editing began. */
  readonly base: Ticket;
  readonly mine: TicketNames;
}

export type EditOutcome =
  | { readonly kind: 'saved'; readonly ticket: Ticket }
  /** Somebody else has changed the same meanwhile, to this. */
  | { readonly kind: 'conflict'; readonly theirs: Ticket };

/** More colleagues than that do not edit one ticket in the same second. */
const MAX_TRIES = 3;

function isOutdated(error: unknown): boolean {
  // Not found: it has another number by now, or is gone.
  return error instanceof ApiProblem && (error.status === 412 || error.code === 'ticket_not_found');
}

async function byId(id: string): Promise<Ticket | undefined> {
  const [ticket] = await bodyOf(api.GET('/api/v1/tickets', { params: { query: { id } } }));
  return ticket;
}

async function editTicket({ base, mine }: TicketEdit): Promise<EditOutcome> {
  const changes = changesOf(base, mine);
  let current = base;
  for (let tries = 1; ; tries += 1) {
    const { number, version } = current;
    try {
      const params = { path: { number }, header: { 'If-Match': `"${version}"` } };
      return { kind: 'saved', ticket: await bodyOf(api.PATCH('/api/v1/tickets/{number}', { params, body: changes })) };
    } catch (error) {
      const theirs = isOutdated(error) && tries < MAX_TRIES ? await byId(base.id) : undefined;
      if (!theirs) throw error;
      if (collides(base, mine, theirs)) return { kind: 'conflict', theirs };
      current = theirs;
    }
  }
}

/** Changes number and platform of a ticket; edits of other parts of it in the meantime stay. */
export function useEditTicket() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: editTicket,
    onSuccess: (outcome, { base }) => {
      if (outcome.kind === 'conflict') return undefined;
      const { ticket } = outcome;
      queries.setQueryData(ticketKeys.view(ticket.number), ticket);
      const stale = [ticketKeys.lists, archiveKeys.lists, ['storage'], ticketKeys.timeline(base.number)];
      return Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
}
