import type { Schema } from '@logs-collector/api-client/client';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Notice } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Dialog, DialogActions } from '../../components/ui/dialog.js';
import { showToast } from '../../components/ui/toasts.js';
import { useChangeUser } from './api/change-user.js';
import { RoleSelect } from './role-select.js';
import styles from './users.module.css';

export interface UserDialogProps {
  readonly user: Schema<'UserView'>;
  /** The account of whoever is looking. */
  readonly isOwn: boolean;
  readonly onClose: () => void;
}

export function RoleDialog({ user, isOwn, onClose }: UserDialogProps) {
  const { t } = useTranslation(['users', 'common']);
  const change = useChangeUser(user.username);
  const [role, setRole] = useState(user.role);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    change.mutate(
      { role },
      {
        onSuccess: () => {
          showToast({ text: t('role_changed', { name: user.username, role: t(`roles.${role}`) }) });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title={t('role_of', { name: user.username })} isOpen onClose={onClose}>
      <form onSubmit={submit} className={styles.form}>
        <RoleSelect value={role} onChange={setRole} />
        <p className={styles.quiet}>{t('role_holds')}</p>
        {isOwn && role !== 'admin' && <Notice status="warning" title={t('own_demotion')} />}
        {change.error && <ProblemNotice error={change.error} />}
        <DialogActions>
          <Button onPress={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" variant="primary" isDisabled={role === user.role} isPending={change.isPending}>
            {t('change_role')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
