import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../lib/api.js';
import { ticketKeys } from '../../lib/query-keys.js';
import { useWithSecondFactor } from '../second-factor-dialog.js';

export interface ReplayStart {
  readonly archive: string;
  /** Number of its ticket. */
  readonly ticket: string;
  readonly drain: string;
}

/** Has the server send an archive line by line into a drain. */
export function useStartReplay() {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: ({ archive, drain }: ReplayStart) =>
      run(() =>
        bodyOf(
          api.POST('/api/v1/archives/{archive}/replays', { params: { path: { archive } }, body: { drain_id: drain } }),
        ),
      ),
    onSuccess: (_replay, { ticket }) => queries.invalidateQueries({ queryKey: ticketKeys.replays(ticket) }),
  });
}
