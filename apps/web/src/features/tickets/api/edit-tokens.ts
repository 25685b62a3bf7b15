import type { Schema } from '@logs-collector/api-client/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { ticketKeys } from '../../../lib/query-keys.js';
import { type TokenLimits, undoneLimits } from '../upload-tokens.js';

export interface TokenEdit {
  /** Absent: a new token. */
  readonly id?: string;
  readonly fields: Schema<'TokenInput'>;
}

/** The ticket and the lists speak of the newest open token. */
function useChangedTokens(number: string) {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ticketKeys.one(number) }),
      queries.invalidateQueries({ queryKey: ticketKeys.lists }),
    ]);
}

export function useSaveToken(number: string) {
  const onSuccess = useChangedTokens(number);
  return useMutation({
    mutationFn: ({ id, fields }: TokenEdit) =>
      id === undefined
        ? bodyOf(api.POST('/api/v1/tickets/{number}/tokens', { params: { path: { number } }, body: fields }))
        : bodyOf(api.PATCH('/api/v1/tokens/{id}', { params: { path: { id } }, body: fields })),
    onSuccess,
  });
}

export interface TokenUndo {
  readonly before: TokenLimits;
  readonly saved: Schema<'TokenView'>;
}

/** Gives a token back the limits that it had. */
export function useUndoTokenEdit(number: string) {
  const onSuccess = useChangedTokens(number);
  return useMutation({
    mutationFn: async ({ before, saved }: TokenUndo) => {
      const params = { path: { id: saved.id } };
      const now = await bodyOf(api.GET('/api/v1/tokens/{id}', { params }));
      return bodyOf(api.PATCH('/api/v1/tokens/{id}', { params, body: undoneLimits(before, saved, now) }));
    },
    onSuccess,
  });
}

export function useRevokeToken(number: string) {
  const onSuccess = useChangedTokens(number);
  return useMutation({
    mutationFn: (id: string) => bodyOf(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } })),
    onSuccess,
  });
}
