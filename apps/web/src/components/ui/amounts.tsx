import { useTranslation } from 'react-i18next';
import { formatBytes, formatExactBytes, formatExactTime, formatTime } from '../../lib/format.js';
import { useNow } from '../../lib/use-now.js';

/** A size in the unit a person would say, every byte on hover. */
export function Bytes({ value }: { readonly value: number }) {
  const { i18n } = useTranslation();
  return <span title={formatExactBytes(value, i18n.language)}>{formatBytes(value, i18n.language)}</span>;
}

/** A moment relative to now, exact on hover. */
export function Time({ value }: { readonly value: string }) {
  const { i18n } = useTranslation();
  const now = useNow();
  return (
    <time dateTime={value} title={formatExactTime(value, i18n.language)}>
      {formatTime(value, now, i18n.language)}
    </time>
  );
}
