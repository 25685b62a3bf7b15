import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { CopyButton } from '../../components/ui/copy-button.js';
import { Dialog, DialogActions } from '../../components/ui/dialog.js';
import { formatExactTime } from '../../lib/format.js';
import styles from './users.module.css';

export interface InvitationDialogProps {
  readonly invited: Schema<'InvitedUserView'>;
  readonly onClose: () => void;
}

/** The link, for the only time: the server keeps no copy of it. */
export function InvitationDialog({ invited: { user, invitation }, onClose }: InvitationDialogProps) {
  const { t, i18n } = useTranslation('users');
  const until = formatExactTime(invitation.expires_at, i18n.language);
  const message = t('invitation.message', { name: user.username, url: invitation.url, until });
  return (
    <Dialog title={t('invitation.title', { name: user.username })} isOpen onClose={onClose} role="alertdialog">
      <p>{t('invitation.text', { name: user.username, until })}</p>
      <code className={styles.link}>{invitation.url}</code>
      <div className={styles.buttons}>
        <CopyButton variant="primary" isLabelShown text={invitation.url} label={t('invitation.copy_link')} />
        <CopyButton variant="secondary" isLabelShown text={message} label={t('invitation.copy_message')} />
      </div>
      <Notice status="warning" title={t('invitation.once')}>
        <p>{t('invitation.once_text')}</p>
      </Notice>
      <DialogActions>
        <Button onPress={onClose}>{t('invitation.done')}</Button>
      </DialogActions>
    </Dialog>
  );
}
