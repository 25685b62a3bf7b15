import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import styles from './platforms.module.css';

type Names = Pick<Schema<'PlatformView'>, 'name' | 'pretty_name'>;

export interface PlatformConflictProps {
  readonly theirs: Names;
  readonly mine: Names;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

/** Two have edited the same platform: shows both, and lets the second decide. */
export function PlatformConflict({ theirs, mine, onKeepMine, onTakeTheirs }: PlatformConflictProps) {
  const { t } = useTranslation('platforms');
  return (
    <Notice status="warning" title={t('conflict.title')}>
      <dl className={styles.versions}>
        <dt>{t('conflict.theirs')}</dt>
        <dd>
          {theirs.pretty_name} · <code>{theirs.name}</code>
        </dd>
        <dt>{t('conflict.mine')}</dt>
        <dd>
          {mine.pretty_name} · <code>{mine.name}</code>
        </dd>
      </dl>
      <div className={styles.choices}>
        <Button onPress={onTakeTheirs}>{t('conflict.take_theirs')}</Button>
        <Button onPress={onKeepMine}>{t('conflict.keep_mine')}</Button>
      </div>
    </Notice>
  );
}
