import { useTranslation } from 'react-i18next';
import { Select } from '../../components/ui/select.js';
import { LIFETIME_DAYS } from './upload-tokens.js';

interface LifetimeSelectProps {
  /** What is said where nothing is chosen: the usual, or as it is. */
  readonly unchanged: string;
  readonly value: number | undefined;
  readonly onChange: (days: number | undefined) => void;
}

/** How long an upload token lives from now on. */
export function LifetimeSelect({ unchanged, value, onChange }: LifetimeSelectProps) {
  const { t } = useTranslation('tickets');
  const options = [
    { id: '', text: unchanged },
    ...LIFETIME_DAYS.map((days) => ({ id: String(days), text: t('fields.days', { count: days }) })),
  ];
  return (
    <Select
      label={t('fields.lifetime')}
      options={options}
      value={value === undefined ? '' : String(value)}
      onChange={(id) => onChange(id === '' ? undefined : Number(id))}
    />
  );
}
