import { useTranslation } from 'react-i18next';
import { formatBytes, formatPercent } from '../../lib/format.js';
import { type Forecast, type Sample, THRESHOLDS, usedOf } from './forecast.js';

/** Less than this a day is called standing still: 0.01 % of the storage. */
const STILL_SHARE = 0.0001;

/** What the chart shows, in words: for those who cannot see it, and for those in a hurry. */
export function useHistoryText(samples: readonly Sample[], forecast: Forecast | undefined): string {
  const { t, i18n } = useTranslation('storage');
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last) return '';
  const bytes = (value: number): string => formatBytes(value, i18n.language);
  const date = (time: number | string): string =>
    new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' }).format(new Date(time));

  const change = t('summary', { from: date(first.time), before: bytes(usedOf(first)), now: bytes(usedOf(last)) });
  if (!forecast) return `${change} ${t('summary_no_forecast')}`;
  if (Math.abs(forecast.bytesPerDay) < STILL_SHARE * last.total) return `${change} ${t('summary_still')}`;
  const pace = t(forecast.bytesPerDay > 0 ? 'summary_grows' : 'summary_shrinks', {
    pace: bytes(Math.abs(forecast.bytesPerDay)),
  });
  const next = forecast.reachedAt.warning === undefined ? 'critical' : 'warning';
  const reachedAt = forecast.reachedAt[next];
  if (reachedAt === undefined) return `${change} ${pace}`;
  const threshold = t('summary_threshold', {
    share: formatPercent(THRESHOLDS[next], i18n.language),
    date: date(reachedAt),
  });
  return `${change} ${pace} ${threshold}`;
}
