import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Bytes, Moment, Time } from '../../components/ui/amounts.js';
import { Badge } from '../../components/ui/badge.js';
import { Section } from '../../components/ui/page.js';
import { Progress } from '../../components/ui/progress.js';
import { formatPercent } from '../../lib/format.js';
import { useNow } from '../../lib/use-now.js';
import { uploadsQuery } from './api/get-uploads.js';
import styles from './uploads-section.module.css';

/** An upload of which nothing came for so long has probably lost its line. */
const SILENT_MS = 30_000;

/** What customers are uploading just now; nothing where nobody is. */
export function UploadsSection({ number }: { readonly number: string }) {
  const { t } = useTranslation('tickets');
  const uploads = useQuery(uploadsQuery(number)).data ?? [];
  if (uploads.length === 0) return null;
  return (
    <Section title={t('page.under_way')}>
      <ul className={styles.uploads}>
        {uploads.map((upload) => (
          <UploadLine key={upload.id} upload={upload} />
        ))}
      </ul>
    </Section>
  );
}

function UploadLine({ upload }: { readonly upload: Schema<'UploadView'> }) {
  const { t, i18n } = useTranslation('tickets');
  const { name, size, offset, state } = upload;
  const now = useNow();
  const isSilent = state === 'receiving' && now - Date.parse(upload.time_update) > SILENT_MS;
  const share = size === null || size === 0 ? undefined : Math.min(1, offset / size);
  return (
    <li className={styles.upload}>
      <span className={styles.name}>{name}</span>
      <span className={styles.amount}>
        <Bytes value={offset} />
        {size === null ? (
          <> · {t('upload.unknown')}</>
        ) : (
          <>
            {' '}
            {t('upload.of')} <Bytes value={size} />
          </>
        )}
      </span>
      <span className={styles.bar}>
        {share !== undefined && <Progress label={t('upload.label', { name })} share={share} />}
        {share !== undefined && <span className={styles.percent}>{formatPercent(share, i18n.language)}</span>}
      </span>
      <span className={styles.facts}>
        {state === 'finishing' && <Badge status="info">{t('upload.finishing')}</Badge>}
        {isSilent && (
          <Badge status="warning">
            {t('upload.silent')} <Time value={upload.time_update} /> · {t('upload.kept')}{' '}
            <Moment value={upload.expires_at} />
          </Badge>
        )}
        <span>{t('upload.from', { address: upload.uploaded_from })}</span>
      </span>
    </li>
  );
}
