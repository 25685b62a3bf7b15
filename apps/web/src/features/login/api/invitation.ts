import type { Schema } from '@logs-collector/api-client/client';
import { queryOptions, useMutation } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';

/** Whom an invitation is for, and the second factor to set up: the same however often it is opened. */
export function invitationQuery(code: string) {
  return queryOptions({
    queryKey: ['invitation', code],
    queryFn: () => bodyOf(api.POST('/api/v1/auth/invitation', { body: { code } })),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: code !== '',
  });
}

/** Sets password and second factor together and logs in with cookies. */
export function useAcceptInvitation() {
  return useMutation({
    mutationFn: (body: Schema<'AcceptanceBody'>) =>
      bodyOf(api.POST('/api/v1/auth/invitation/accept', { params: { query: { cookie: '1' } }, body })),
  });
}
