import { History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/ui/button.js';
import { formatBytes, formatPercent } from '../../lib/format.js';
import type { RememberedUpload } from '../engine/upload-memory.js';
import styles from './desk.module.css';

export interface RememberedListProps {
  readonly remembered: readonly RememberedUpload[];
  readonly onForget: (upload: RememberedUpload) => void;
}

/** What an earlier visit began: goes on when the same file is chosen again. */
export function RememberedList({ remembered, onForget }: RememberedListProps) {
  const { t, i18n } = useTranslation('upload');
  if (remembered.length === 0) return null;
  return (
    <section className={`${styles.remembered} no-print`} aria-label={t('remembered.title')}>
      <h2>{t('remembered.title')}</h2>
      <ul className={styles.list}>
        {remembered.map((upload) => (
          <li key={upload.id} className={styles.past}>
            <History aria-hidden />
            <p>
              {t(`remembered.${textOf(upload)}`, {
                name: upload.name,
                percent: formatPercent(upload.safeBytes / upload.size, i18n.language),
                size: formatBytes(upload.size, i18n.language),
              })}
            </p>
            <Button variant="quiet" onPress={() => onForget(upload)}>
              {t('remembered.forget')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function textOf({ kind, safeBytes, size }: RememberedUpload): 'finishing' | 'file' | 'folder' {
  return safeBytes === size ? 'finishing' : kind;
}
