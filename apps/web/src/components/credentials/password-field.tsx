import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Checkbox } from '../ui/checkbox.js';
import { TextField } from '../ui/text-field.js';
import styles from './fields.module.css';

export interface PasswordFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label?: string;
  readonly autoFocus?: boolean;
}

/** The present password, named `password`, which can be shown. */
export function PasswordField({ value, onChange, label, autoFocus = false }: PasswordFieldProps) {
  const { t } = useTranslation('credentials');
  const [isShown, setShown] = useState(false);
  return (
    <div className={styles.withCheckbox}>
      <TextField
        name="password"
        type={isShown ? 'text' : 'password'}
        label={label ?? t('password.present')}
        value={value}
        onChange={onChange}
        validate={(typed) => (typed ? null : t('password.missing'))}
        autoComplete="current-password"
        autoFocus={autoFocus}
        spellCheck="false"
      />
      <Checkbox label={t('password.show')} isSelected={isShown} onChange={setShown} />
    </div>
  );
}
