import { useTranslation } from 'react-i18next';
import { formatBytes, formatExactBytes, formatExactTime, formatMoment, formatTime } from '../../lib/format.js';
import { STEP_MS, useNow } from '../../lib/use-now.js';

/** A size in the unit a person would say, every byte on hover. */
export function Bytes({ value }: { readonly value: number }) {
  const { i18n } = useTranslation();
  return <span title={formatExactBytes(value, i18n.language)}>{formatBytes(value, i18n.language)}</span>;
}

/** A moment relative to now, exact on hover. */
export function Time({ value }: { readonly value: string }) {
  const { i18n } = useTranslation();
  const clock = useNow();
  const at = Date.parse(value);
  // What happened after the clock's last step is not in the future.
  const now = at > clock && at - clock <= STEP_MS ? at : clock;
  return (
    <time dateTime={value} title={formatExactTime(value, i18n.language)}>
      {formatTime(value, now, i18n.language)}
    </time>
  );
}

/** A deadline: date and time, to the second and with the zone on hover. */
export function Moment({ value }: { readonly value: string }) {
  const { i18n } = useTranslation();
  return (
    <time dateTime={value} title={formatExactTime(value, i18n.language)}>
      {formatMoment(value, i18n.language)}
    </time>
  );
}
