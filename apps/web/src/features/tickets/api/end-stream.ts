import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWithSecondFactor } from '../../../components/second-factor-dialog.js';
import { api, bodyOf } from '../../../lib/api.js';
import { ticketKeys } from '../../../lib/query-keys.js';

/** `keep` makes an archive of what a capture has by now; `discard` throws it away; `cancel` ends a replay. */
export type StreamEnd = 'keep' | 'discard' | 'cancel';

/** Ends a capture or a replay of a ticket before its time. */
export function useEndStream(number: string) {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: ({ id, end }: { readonly id: string; readonly end: StreamEnd }) => {
      const params = { path: { id } };
      return run(async () => {
        if (end === 'keep') await bodyOf(api.POST('/api/v1/captures/{id}/stop', { params }));
        else if (end === 'discard') await bodyOf(api.DELETE('/api/v1/captures/{id}', { params }));
        else await bodyOf(api.DELETE('/api/v1/replays/{id}', { params }));
      });
    },
    onSettled: () =>
      Promise.all(
        [ticketKeys.captures(number), ticketKeys.replays(number)].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
