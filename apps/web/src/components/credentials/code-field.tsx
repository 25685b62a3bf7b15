import { useTranslation } from 'react-i18next';
import { TextField } from '../ui/text-field.js';

export interface CodeFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** One of the recovery codes in place of the authenticator's digits. */
  readonly isRecoveryCode?: boolean;
  readonly autoFocus?: boolean;
}

/** The code of a second factor, named `otp`. Spaces, as apps and people group the digits, may stay: the server drops them. */
export function CodeField({ value, onChange, isRecoveryCode = false, autoFocus = false }: CodeFieldProps) {
  const { t } = useTranslation('credentials');
  const validate = (typed: string): string | null => (typed.trim() ? null : t('code.missing'));
  const shared = { name: 'otp', value, onChange, validate, autoFocus, isMono: true, spellCheck: 'false' } as const;
  return isRecoveryCode ? (
    <TextField
      key="recovery"
      {...shared}
      label={t('code.recovery')}
      description={t('code.recovery_help')}
      autoComplete="off"
    />
  ) : (
    <TextField
      key="authenticator"
      {...shared}
      label={t('code.authenticator')}
      description={t('code.authenticator_help')}
      inputMode="numeric"
      autoComplete="one-time-code"
    />
  );
}
