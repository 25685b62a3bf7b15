import type { Schema } from '@logs-collector/api-client/client';
import { useMutation } from '@tanstack/react-query';
import { api, bodyOf } from '../../lib/api.js';

/** Proves the second factor again, for what needs it within five minutes. */
export function useVerifyCode() {
  return useMutation({ mutationFn: (otp: string) => bodyOf(api.POST('/api/v1/auth/2fa/verify', { body: { otp } })) });
}

/** Asks for a secret to put into an authenticator app; replacing an existing one needs password and code. */
export function useOfferSecondFactor() {
  return useMutation({
    mutationFn: (proof: Schema<'SetupBody'>) => bodyOf(api.POST('/api/v1/auth/2fa/setup', { body: proof })),
  });
}

/** Makes the offered secret the second factor and answers the recovery codes, for the only time. */
export function useConfirmSecondFactor() {
  return useMutation({ mutationFn: (otp: string) => bodyOf(api.POST('/api/v1/auth/2fa/confirm', { body: { otp } })) });
}
