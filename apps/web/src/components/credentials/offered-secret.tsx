import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../ui/copy-button.js';
import styles from './offered-secret.module.css';

/** An offered second factor: to scan, to open on this device, or to type. */
export function OfferedSecret({ offered }: { readonly offered: Schema<'OfferedSecretView'> }) {
  const { t } = useTranslation('credentials');
  const image = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(offered.qr_svg)}`;
  const groups = offered.secret.match(/.{1,4}/g) ?? [];
  return (
    <div className={styles.offer}>
      <img className={styles.qr} src={image} alt={t('scan.image')} width={192} height={192} />
      <div className={styles.other}>
        <p>{t('scan.text')}</p>
        <p>
          <a href={offered.otpauth_url}>{t('scan.this_device')}</a>
        </p>
        <div>
          <p className={styles.label}>{t('scan.by_hand')}</p>
          <div className={styles.secret}>
            <code>{groups.join(' ')}</code>
            <CopyButton text={offered.secret} label={t('scan.copy')} />
          </div>
        </div>
      </div>
    </div>
  );
}
