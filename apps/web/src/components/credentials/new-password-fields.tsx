import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Checkbox } from '../ui/checkbox.js';
import { TextField } from '../ui/text-field.js';
import styles from './fields.module.css';

/** As the server has it; what else it refuses it says at the field. */
const MIN_LENGTH = 12;

export interface NewPasswordFieldsProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The member of the request's body, at which the server's findings are shown. */
  readonly name: 'password' | 'new_password';
  readonly label?: string;
  readonly autoFocus?: boolean;
}

/** A new password, twice, with the rules it has to keep. */
export function NewPasswordFields({ value, onChange, name, label, autoFocus = false }: NewPasswordFieldsProps) {
  const { t } = useTranslation('credentials');
  const [repeated, setRepeated] = useState('');
  const [isShown, setShown] = useState(false);
  const shared = {
    type: isShown ? 'text' : 'password',
    autoComplete: 'new-password',
    spellCheck: 'false',
  } as const;
  return (
    <>
      <TextField
        {...shared}
        name={name}
        label={label ?? t('password.password')}
        description={t('password.rules')}
        value={value}
        onChange={onChange}
        validate={(typed) => ([...typed].length < MIN_LENGTH ? t('faults.too_short') : null)}
        autoFocus={autoFocus}
      />
      <div className={styles.withCheckbox}>
        <TextField
          {...shared}
          name="repeated"
          label={t('password.repeat')}
          value={repeated}
          onChange={setRepeated}
          validate={(typed) => (typed === value ? null : t('faults.not_equal'))}
        />
        <Checkbox label={t('password.show')} isSelected={isShown} onChange={setShown} />
      </div>
    </>
  );
}
