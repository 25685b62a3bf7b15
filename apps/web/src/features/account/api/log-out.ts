import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { showToast } from '../../../components/ui/toasts.js';
import { endLogin } from '../../../lib/end-login.js';

/** Logs out. The page is loaded anew, so that nothing that was read with the login stays in memory. */
export function useLogout() {
  const { t } = useTranslation();
  return useMutation({
    mutationFn: endLogin,
    onSuccess: () => window.location.assign('/login'),
    onError: () => showToast({ text: t('problem.logout') }),
  });
}
