import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.js';
import { useInviteUser } from './api/invite-user.js';
import { useResetSecondFactor } from './api/reset-second-factor.js';
import { Consequences } from './consequences.js';

export interface NewLinkDialogProps {
  readonly user: Schema<'UserView'>;
  /** `reset` takes password and second factor away first. */
  readonly action: 'invite' | 'reset';
  readonly onInvited: (invited: Schema<'InvitedUserView'>) => void;
  readonly onClose: () => void;
}

/** Before a new invitation link: what stops working by it. */
export function NewLinkDialog({ user, action, onInvited, onClose }: NewLinkDialogProps) {
  const { t } = useTranslation('users');
  const invite = useInviteUser(user.username);
  const reset = useResetSecondFactor(user.username);
  const mutation = action === 'invite' ? invite : reset;
  return (
    <ConfirmDialog
      title={t(`${action}.question`, { name: user.username })}
      action={t(`actions.${action}`)}
      isOpen
      isPending={mutation.isPending}
      onConfirm={() => mutation.mutate(undefined, { onSuccess: onInvited })}
      onClose={onClose}
    >
      <Consequences of={action} />
      {mutation.error && <ProblemNotice error={mutation.error} />}
    </ConfirmDialog>
  );
}
