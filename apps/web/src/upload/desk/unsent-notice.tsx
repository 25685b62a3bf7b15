import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { formatBytes } from '../../lib/format.js';
import type { Unsent } from '../engine/upload-queue.js';
import type { UploadSource } from '../sources/upload-source.js';
import styles from './desk.module.css';

export interface UnsentNoticeProps {
  readonly unsent: readonly Unsent[];
  /** Several files as one archive. */
  readonly onPack: (sources: readonly UploadSource[]) => void;
  readonly onDismiss: () => void;
}

/** What is not sent, why, and what to do; nothing of it has left the computer. */
export function UnsentNotice({ unsent, onPack, onDismiss }: UnsentNoticeProps) {
  const { t } = useTranslation('upload');
  if (unsent.length === 0) return null;
  const tooMany = unsent.find((item) => item.reason === 'too_many');
  const mayPack = tooMany && tooMany.left > 0 && tooMany.sources.length > 1;
  return (
    <div className="no-print">
      <Notice status="danger" title={t('unsent.title')}>
        <ul className={styles.reasons}>
          {unsent.map((item) => (
            <li key={`${item.reason} ${'name' in item ? item.name : ''}`}>
              <Reason item={item} />
            </li>
          ))}
        </ul>
        <div className={styles.actions}>
          {mayPack && (
            <Button variant="primary" onPress={() => onPack(tooMany.sources)}>
              {t('unsent.pack', { count: tooMany.sources.length })}
            </Button>
          )}
          <Button onPress={onDismiss}>{t('understood')}</Button>
        </div>
      </Notice>
    </div>
  );
}

function Reason({ item }: { readonly item: Unsent }) {
  const { t, i18n } = useTranslation('upload');
  switch (item.reason) {
    case 'empty':
      return t(item.kind === 'folder' ? 'unsent.empty_folder' : 'unsent.empty', { name: item.name });
    case 'too_large': {
      const size = formatBytes(item.size, i18n.language);
      return t('unsent.too_large', { name: item.name, size, limit: formatBytes(item.limit, i18n.language) });
    }
    case 'unreadable':
      return t('unsent.unreadable');
    case 'already':
      return t('unsent.already', { name: item.name });
    case 'too_many': {
      const chosen = t('unsent.chosen', { count: item.sources.length });
      return item.left === 0 ? t('unsent.none_left') : `${chosen} ${t('unsent.left', { count: item.left })}`;
    }
  }
}
