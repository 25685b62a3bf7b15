import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { showToast } from '../../../components/ui/toasts.js';
import { api, bodyOf } from '../../../lib/api.js';
import { announceLogout } from '../../../lib/login-channel.js';

/** Ends this login, in all tabs. The page is loaded anew, so that nothing that was read with it stays in memory. */
export function useLogout() {
  const { t } = useTranslation();
  return useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/auth/token/logout', { body: {} })),
    onSuccess: () => {
      announceLogout();
      window.location.assign('/login');
    },
    onError: () => showToast({ text: t('problem.logout') }),
  });
}
