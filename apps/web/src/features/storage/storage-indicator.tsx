import { useQuery } from '@tanstack/react-query';
import { HardDrive, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { paths } from '../../app/paths.js';
import { Meter } from '../../components/ui/meter.js';
import { formatBytes, formatPercent } from '../../lib/format.js';
import { storageQuery } from './api/get-storage.js';
import styles from './storage.module.css';
import { METER_STATUS } from './storage-status.js';

const AGAIN_MS = 60_000;

/** In the bar of every page: how full the storage is, and a warning while somebody can still do something. */
export function StorageIndicator() {
  const { t, i18n } = useTranslation('storage');
  const storage = useQuery({ ...storageQuery, refetchInterval: AGAIN_MS });
  if (!storage.data) return null;
  const { status, total, used_percent, archives_bytes } = storage.data;
  const share = used_percent === null ? undefined : used_percent / 100;
  const amount =
    share === undefined || total === null
      ? t('indicator_unlimited', { size: formatBytes(archives_bytes, i18n.language) })
      : t('indicator', { share: formatPercent(share, i18n.language), total: formatBytes(total, i18n.language) });
  const label = status === 'ok' ? amount : `${amount}. ${t(`status.${status}`)}`;
  return (
    <Link
      to={paths.storage.href()}
      className={`${styles.indicator} ${status === 'ok' ? '' : styles[status]}`}
      aria-label={label}
      title={label}
    >
      {status === 'ok' ? <HardDrive aria-hidden /> : <TriangleAlert aria-hidden />}
      <span>
        {share === undefined ? formatBytes(archives_bytes, i18n.language) : formatPercent(share, i18n.language)}
      </span>
      {share !== undefined && total !== null && (
        <>
          <span className={styles.total}>{t('of', { total: formatBytes(total, i18n.language) })}</span>
          <span className={styles.indicatorBar} aria-hidden>
            <Meter label={label} share={share} status={METER_STATUS[status]} />
          </span>
        </>
      )}
    </Link>
  );
}
