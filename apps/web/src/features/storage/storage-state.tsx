import type { Schema } from '@logs-collector/api-client/client';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Bytes } from '../../components/ui/amounts.js';
import { Badge } from '../../components/ui/badge.js';
import { Meter } from '../../components/ui/meter.js';
import { Section } from '../../components/ui/page.js';
import { formatPercent } from '../../lib/format.js';
import { THRESHOLDS } from './forecast.js';
import styles from './storage.module.css';
import { BADGE_STATUS, METER_STATUS } from './storage-status.js';

/** How full the storage is now, and what that means. */
export function StorageState({ storage }: { readonly storage: Schema<'StorageView'> }) {
  const { t, i18n } = useTranslation('storage');
  const { total, used, free, used_percent, status, archives_bytes, archives_count } = storage;
  const share = used_percent === null ? undefined : used_percent / 100;
  return (
    <Section title={t('now')}>
      {share !== undefined && (
        <>
          <div className={styles.state}>
            <span className={styles.share}>{t('used_share', { share: formatPercent(share, i18n.language) })}</span>
            <Badge status={BADGE_STATUS[status]}>{t(`status.${status}`)}</Badge>
          </div>
          <Meter label={t('used')} share={share} status={METER_STATUS[status]} />
        </>
      )}
      <dl className={styles.facts}>
        {total !== null && <Fact name={t('total')} value={<Bytes value={total} />} />}
        {used !== null && <Fact name={t('used')} value={<Bytes value={used} />} />}
        {free !== null && <Fact name={t('free')} value={<Bytes value={free} />} />}
        <Fact
          name={t('archives', { count: archives_count, number: archives_count.toLocaleString(i18n.language) })}
          value={<Bytes value={archives_bytes} />}
        />
        {used !== null && used > archives_bytes && (
          <Fact name={t('others')} value={<Bytes value={used - archives_bytes} />} />
        )}
      </dl>
      <p className={styles.quiet}>
        {share === undefined
          ? t('unlimited')
          : t('thresholds', {
              warning: formatPercent(THRESHOLDS.warning, i18n.language),
              critical: formatPercent(THRESHOLDS.critical, i18n.language),
            })}
      </p>
    </Section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
