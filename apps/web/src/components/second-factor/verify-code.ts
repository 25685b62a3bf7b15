import { useMutation } from '@tanstack/react-query';
import { api, bodyOf } from '../../lib/api.js';

/** Proves the second factor again, for what needs it within five minutes. */
export function useVerifyCode() {
  return useMutation({ mutationFn: (otp: string) => bodyOf(api.POST('/api/v1/auth/2fa/verify', { body: { otp } })) });
}
