import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';
import { archiveKeys, ticketKeys } from '../../../lib/query-keys.js';

/** Deletes a ticket with every byte of it. */
export function useDeleteTicket() {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: (number: string) =>
      run(() => bodyOf(api.DELETE('/api/v1/tickets/{number}', { params: { path: { number } } }))),
    onSuccess: (_body, number) => {
      queries.removeQueries({ queryKey: ticketKeys.one(number) });
      return Promise.all(
        [ticketKeys.lists, archiveKeys.lists, ['storage']].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
    },
  });
}
