import type { Schema } from '@logs-collector/api-client/client';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Button } from '../../components/ui/button.js';
import { Dialog, DialogActions } from '../../components/ui/dialog.js';
import { TextField } from '../../components/ui/text-field.js';
import { useCreateUser } from './api/create-user.js';
import { type Role, RoleSelect } from './role-select.js';
import styles from './users.module.css';

/** As the API has it: letters of any script, digits and `@.+_-`, beginning with a letter or digit. */
const USERNAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}@.+_-]*$/u;

export interface CreateUserDialogProps {
  readonly onCreated: (invited: Schema<'InvitedUserView'>) => void;
  readonly onClose: () => void;
}

export function CreateUserDialog({ onCreated, onClose }: CreateUserDialogProps) {
  const { t } = useTranslation(['users', 'common']);
  const create = useCreateUser();
  const [username, setUsername] = useState('');
  const [role, setRole] = useState<Role>('staff');
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    create.mutate({ username: username.trim(), role }, { onSuccess: onCreated });
  };
  return (
    <Dialog title={t('new')} isOpen onClose={onClose}>
      <form onSubmit={submit} className={styles.form}>
        <TextField
          label={t('username')}
          description={t('username_help')}
          value={username}
          onChange={setUsername}
          isRequired
          maxLength={150}
          validate={(value) => (USERNAME.test(value.trim()) ? null : t('username_wrong'))}
          autoComplete="off"
          spellCheck="false"
          autoFocus
        />
        <RoleSelect value={role} onChange={setRole} />
        <p className={styles.quiet}>{t('new_help')}</p>
        {create.error && <ProblemNotice error={create.error} />}
        <DialogActions>
          <Button onPress={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" variant="primary" isPending={create.isPending}>
            {t('create')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
