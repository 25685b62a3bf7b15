import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Notice } from '../../components/ui/badge.js';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.js';
import { showToast } from '../../components/ui/toasts.js';
import { useChangeUser } from './api/change-user.js';
import { Consequences } from './consequences.js';
import type { UserDialogProps } from './role-dialog.js';

/** Deactivates who is active, and the other way round. */
export function ActivityDialog({ user, isOwn, onClose }: UserDialogProps) {
  const { t } = useTranslation('users');
  const change = useChangeUser(user.username);
  const action = user.is_active ? 'deactivate' : 'reactivate';
  const confirm = (): void =>
    change.mutate(
      { is_active: !user.is_active },
      {
        onSuccess: () => {
          showToast({ text: t(`${action}.done`, { name: user.username }) });
          onClose();
        },
      },
    );
  return (
    <ConfirmDialog
      title={t(`${action}.question`, { name: user.username })}
      action={t(`actions.${action}`)}
      isOpen
      isPending={change.isPending}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Consequences of={action} />
      {isOwn && <Notice status="warning" title={t('own_deactivation')} />}
      {change.error && <ProblemNotice error={change.error} />}
    </ConfirmDialog>
  );
}
