import { useTranslation } from 'react-i18next';
import { Bytes } from '../../components/ui/amounts.js';
import table from '../../components/ui/table.module.css';
import { formatPercent } from '../../lib/format.js';
import { dailyOf, type Sample, usedOf } from './forecast.js';
import styles from './storage.module.css';

/** The chart's numbers, one line for each day. */
export function DailyTable({ samples }: { readonly samples: readonly Sample[] }) {
  const { t, i18n } = useTranslation('storage');
  const format = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' });
  return (
    <details className={styles.details}>
      <summary>{t('as_table')}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={`${table.scroll} ${styles.days}`} aria-label={t('as_table')} tabIndex={0}>
        <table className={table.table} aria-label={t('history')}>
          <thead>
            <tr>
              <th scope="col">{t('day')}</th>
              <th scope="col" className={table.number}>
                {t('used')}
              </th>
              <th scope="col" className={table.number}>
                {t('share')}
              </th>
              <th scope="col" className={table.number}>
                {t('of_archives')}
              </th>
            </tr>
          </thead>
          <tbody>
            {dailyOf(samples).map((sample) => (
              <tr key={sample.time}>
                <td data-label={t('day')}>
                  <time dateTime={sample.time}>{format.format(new Date(sample.time))}</time>
                </td>
                <td data-label={t('used')} className={table.number}>
                  <Bytes value={usedOf(sample)} />
                </td>
                <td data-label={t('share')} className={table.number}>
                  {formatPercent(sample.total === 0 ? 0 : usedOf(sample) / sample.total, i18n.language)}
                </td>
                <td data-label={t('of_archives')} className={table.number}>
                  <Bytes value={sample.archives_bytes} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
