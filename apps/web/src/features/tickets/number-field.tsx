import { useTranslation } from 'react-i18next';
import { TextField } from '../../components/ui/text-field.js';

const NUMBER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The number of a ticket, as the help desk has it. */
export function NumberField(props: { readonly value: string; readonly onChange: (value: string) => void }) {
  const { t } = useTranslation('tickets');
  return (
    <TextField
      {...props}
      label={t('fields.number')}
      placeholder="SUP-1482"
      isMono
      isRequired
      autoFocus
      autoComplete="off"
      validate={(value) => (NUMBER.test(value.trim()) ? null : t('new.number_invalid'))}
    />
  );
}
