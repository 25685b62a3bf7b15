import type { Schema } from '@logs-collector/api-client/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../lib/api.js';
import { ticketKeys } from '../../lib/query-keys.js';
import { useWithSecondFactor } from '../second-factor-dialog.js';

export interface CaptureStart {
  /** Number of the ticket that gets the archive. */
  readonly ticket: string;
  readonly body: Schema<'CaptureInput'>;
}

/** Has the server write a live log down, until its time is over or its size is reached. */
export function useStartCapture() {
  const queries = useQueryClient();
  const run = useWithSecondFactor();
  return useMutation({
    mutationFn: ({ ticket: number, body }: CaptureStart) =>
      run(() => bodyOf(api.POST('/api/v1/tickets/{number}/captures', { params: { path: { number } }, body }))),
    onSuccess: (_capture, { ticket }) => queries.invalidateQueries({ queryKey: ticketKeys.captures(ticket) }),
  });
}
