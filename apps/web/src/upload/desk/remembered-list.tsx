import { History } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/ui/button.js';
import { formatBytes, formatPercent } from '../../lib/format.js';
import type { RememberedUpload } from '../engine/upload-memory.js';
import styles from './desk.module.css';
import { DiscardQuestion } from './discard-question.js';

export interface RememberedListProps {
  readonly remembered: readonly RememberedUpload[];
  readonly onForget: (upload: RememberedUpload) => void;
}

/** What an earlier visit began: goes on when the same file is chosen again. */
export function RememberedList({ remembered, onForget }: RememberedListProps) {
  const { t } = useTranslation('upload');
  if (remembered.length === 0) return null;
  return (
    <section className={`${styles.remembered} no-print`} aria-label={t('remembered.title')}>
      <h2>{t('remembered.title')}</h2>
      <ul className={styles.list}>
        {remembered.map((upload) => (
          <Past key={upload.id} upload={upload} onForget={() => onForget(upload)} />
        ))}
      </ul>
    </section>
  );
}

/** Giving up asks first where bytes would have to travel again. */
function Past({ upload, onForget }: { readonly upload: RememberedUpload; readonly onForget: () => void }) {
  const { t, i18n } = useTranslation('upload');
  const [question, setQuestion] = useState<'open' | 'answered'>();
  const { name, size, safeBytes } = upload;
  return (
    <li className={styles.past}>
      <History aria-hidden />
      <p>
        {t(`remembered.${textOf(upload)}`, {
          name,
          percent: formatPercent(safeBytes / size, i18n.language),
          size: formatBytes(size, i18n.language),
        })}
      </p>
      {question === 'open' ? (
        <DiscardQuestion
          name={name}
          sentBytes={safeBytes}
          onDiscard={onForget}
          onKeep={() => setQuestion('answered')}
        />
      ) : (
        <Button
          variant="quiet"
          aria-label={t('remembered.forget_named', { name })}
          // Where the question was opened.
          autoFocus={question === 'answered'}
          onPress={() => (safeBytes > 0 ? setQuestion('open') : onForget())}
        >
          {t('remembered.forget')}
        </Button>
      )}
    </li>
  );
}

function textOf({ kind, safeBytes, size }: RememberedUpload): 'finishing' | 'file' | 'folder' {
  return safeBytes === size ? 'finishing' : kind;
}
