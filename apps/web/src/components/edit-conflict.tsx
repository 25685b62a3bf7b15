import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './edit-conflict.module.css';
import { Notice } from './ui/badge.js';
import { Button } from './ui/button.js';

export interface EditConflictProps {
  /** What has been changed by two. */
  readonly title: string;
  readonly theirs: ReactNode;
  readonly mine: ReactNode;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

/** Two have edited the same: shows both versions, and lets the second decide. */
export function EditConflict({ title, theirs, mine, onKeepMine, onTakeTheirs }: EditConflictProps) {
  const { t } = useTranslation();
  return (
    <Notice status="warning" title={title}>
      <dl className={styles.versions}>
        <dt>{t('conflict.theirs')}</dt>
        <dd>{theirs}</dd>
        <dt>{t('conflict.mine')}</dt>
        <dd>{mine}</dd>
      </dl>
      <div className={styles.choices}>
        <Button onPress={onTakeTheirs}>{t('conflict.take_theirs')}</Button>
        <Button onPress={onKeepMine}>{t('conflict.keep_mine')}</Button>
      </div>
    </Notice>
  );
}
