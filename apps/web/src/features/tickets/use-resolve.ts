import { useTranslation } from 'react-i18next';
import { showToast } from '../../components/ui/toasts.js';
import { useResolveTickets } from './api/resolve-tickets.js';

/** Resolves or reopens and offers to undo it. `numbers`: only those that are not so yet. */
export function useResolve(): (numbers: readonly string[], resolved: boolean) => void {
  const { t } = useTranslation(['tickets', 'common']);
  const { mutate } = useResolveTickets();
  return (numbers, resolved) => {
    if (numbers.length === 0) return;
    const [number] = numbers;
    const options = { count: numbers.length, number };
    const undo = (): void => mutate({ numbers: [...numbers], resolved: !resolved });
    mutate(
      { numbers: [...numbers], resolved },
      {
        onSuccess: () =>
          void showToast({
            text:
              numbers.length === 1
                ? t(resolved ? 'toast.resolved_one_ticket' : 'toast.reopened_one_ticket', options)
                : t(resolved ? 'toast.resolved' : 'toast.reopened', options),
            action: { text: t('common:undo'), onAction: undo },
          }),
        onError: () => void showToast({ text: t('toast.failed') }),
      },
    );
  };
}
