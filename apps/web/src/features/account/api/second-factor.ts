import type { Schema } from '@logs-collector/api-client/client';
import { useMutation } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';

/** Ten new recovery codes; the old ones stop working. */
export function useRegenerateRecoveryCodes() {
  return useMutation({
    mutationFn: (proof: Schema<'BothFactorsBody'>) =>
      bodyOf(api.POST('/api/v1/auth/2fa/recovery-codes', { body: proof })),
  });
}

/** Removes the second factor; a new one then needs an invitation. */
export function useRemoveSecondFactor() {
  return useMutation({
    mutationFn: (proof: Schema<'BothFactorsBody'>) => bodyOf(api.DELETE('/api/v1/auth/2fa', { body: proof })),
  });
}
