import type { Schema } from '@logs-collector/api-client/client';
import { useMutation } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';

/** Logs in with cookies; `two_factor_required` where the code is missing or wrong. */
export function useLogIn() {
  return useMutation({
    mutationFn: (body: Schema<'LoginBody'>) =>
      bodyOf(api.POST('/api/v1/auth/token', { params: { query: { cookie: '1' } }, body })),
  });
}
