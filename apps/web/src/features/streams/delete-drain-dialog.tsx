import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.js';
import { showToast } from '../../components/ui/toasts.js';
import { useDeleteDrain } from './api/delete-drain.js';
import type { Drain } from './drains-table.js';

export interface DeleteDrainDialogProps {
  readonly drain: Drain;
  readonly onClose: () => void;
}

/** Says which lines will not arrive any more. */
export function DeleteDrainDialog({ drain, onClose }: DeleteDrainDialogProps) {
  const { t } = useTranslation('streams');
  const deletion = useDeleteDrain();
  const waiting = drain.state.buffered_records;
  const confirm = (): void =>
    deletion.mutate(drain.id, {
      onSuccess: () => {
        showToast({ text: t('deleted', { source: drain.token }) });
        onClose();
      },
    });
  return (
    <ConfirmDialog
      title={t('delete_question', { source: drain.token, receiver: drain.url })}
      action={t('delete_drain')}
      isOpen
      isPending={deletion.isPending}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t('delete_text')}</p>
      {waiting > 0 && <p>{t('delete_waiting', { count: waiting })}</p>}
      {deletion.error && <ProblemNotice error={deletion.error} />}
    </ConfirmDialog>
  );
}
