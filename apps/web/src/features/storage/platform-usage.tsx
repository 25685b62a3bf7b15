import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { paths } from '../../app/paths.js';
import { Bytes } from '../../components/ui/amounts.js';
import { Meter } from '../../components/ui/meter.js';
import { Section } from '../../components/ui/page.js';
import table from '../../components/ui/table.module.css';
import { formatPercent } from '../../lib/format.js';
import styles from './storage.module.css';

/** What is less is not said to be nothing. */
const LEAST_SHARE = 0.01;

/** Which platforms fill the storage, biggest first. */
export function PlatformUsage({ storage }: { readonly storage: Schema<'StorageView'> }) {
  const { t, i18n } = useTranslation('storage');
  const { platforms, archives_bytes } = storage;
  return (
    <Section title={t('by_platform')}>
      {platforms.length === 0 ? (
        <p className={styles.quiet}>{t('no_archives')}</p>
      ) : (
        <div className={table.scroll}>
          <table className={table.table} aria-label={t('by_platform')}>
            <thead>
              <tr>
                <th scope="col">{t('platform')}</th>
                <th scope="col">{t('share')}</th>
                <th scope="col" className={table.number}>
                  {t('size')}
                </th>
                <th scope="col" className={table.number}>
                  {t('archives_column')}
                </th>
              </tr>
            </thead>
            <tbody>
              {platforms.map((platform) => {
                const share = archives_bytes === 0 ? 0 : platform.archives_bytes / archives_bytes;
                const isTiny = share > 0 && share < LEAST_SHARE;
                const least = formatPercent(LEAST_SHARE, i18n.language);
                const percent = isTiny ? t('share_below', { share: least }) : formatPercent(share, i18n.language);
                return (
                  <tr key={platform.name}>
                    <td data-label={t('platform')} className={table.title}>
                      {platform.name ? (
                        <Link to={`${paths.tickets.href()}?platform=${encodeURIComponent(platform.name)}`}>
                          {platform.pretty_name}
                        </Link>
                      ) : (
                        t('being_deleted')
                      )}
                    </td>
                    <td data-label={t('share')} className={styles.barCell}>
                      <Meter label={t('share_of', { name: platform.pretty_name, share: percent })} share={share} />
                    </td>
                    <td data-label={t('size')} className={table.number}>
                      <span>
                        <Bytes value={platform.archives_bytes} /> · {percent}
                      </span>
                    </td>
                    <td data-label={t('archives_column')} className={table.number}>
                      {platform.archives_count.toLocaleString(i18n.language)}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
