import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../lib/api.js';
import { archiveKeys, ticketKeys } from '../../lib/query-keys.js';
import { useWithSecondFactor } from '../second-factor-dialog.js';

interface ArchiveToDelete {
  readonly id: string;
  readonly ticket: string;
}

/** Deletes one archive with its bytes. */
export function useDeleteArchive() {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: ({ id }: ArchiveToDelete) =>
      run(() => bodyOf(api.DELETE('/api/v1/archives/{archive}', { params: { path: { archive: id } } }))),
    onSuccess: (_body, { ticket }) =>
      Promise.all(
        [archiveKeys.lists, ticketKeys.lists, ticketKeys.view(ticket), ticketKeys.timeline(ticket), ['storage']].map(
          (queryKey) => queries.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
