import { useTranslation } from 'react-i18next';
import { showToast } from '../../components/ui/toasts.js';
import { useResolveTickets } from './api/resolve-tickets.js';

/** Resolves or reopens and offers to undo it. `numbers`: only those that are not so yet. */
export function useResolve(): (numbers: readonly string[], resolved: boolean) => void {
  const { t } = useTranslation(['tickets', 'common']);
  const { mutate, mutateAsync } = useResolveTickets();
  const act = async (numbers: readonly string[], resolved: boolean): Promise<void> => {
    const [number] = numbers;
    const what = resolved ? 'resolved' : 'reopened';
    try {
      await mutateAsync({ numbers: [...numbers], resolved });
      showToast({
        text:
          numbers.length === 1
            ? t(`toast.${what}_one_ticket`, { number })
            : t(`toast.${what}`, { count: numbers.length }),
        onUndo: () => mutate({ numbers: [...numbers], resolved: !resolved }),
      });
    } catch {
      showToast({ text: t('toast.failed') });
    }
  };
  return (numbers, resolved) => {
    if (numbers.length > 0) void act(numbers, resolved);
  };
}
