import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { Select } from '../../components/ui/select.js';
import styles from './users.module.css';

export type Role = Schema<'UserView'>['role'];

const ROLES = ['viewer', 'staff', 'admin'] as const satisfies readonly Role[];

/** A role, with what it allows in words below it. */
export function RoleSelect({ value, onChange }: { readonly value: Role; readonly onChange: (role: Role) => void }) {
  const { t } = useTranslation('users');
  return (
    <div className={styles.role}>
      <Select
        label={t('role')}
        options={ROLES.map((id) => ({ id, text: t(`roles.${id}`) }))}
        value={value}
        onChange={onChange}
      />
      <p className={styles.quiet} aria-live="polite">
        {t(`role_allows.${value}`)}
      </p>
    </div>
  );
}
