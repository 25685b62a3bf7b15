import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { Badge, type Status } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Progress } from '../../components/ui/progress.js';
import { formatPercent } from '../../lib/format.js';
import styles from './uploads-section.module.css';

type Replay = Schema<'ReplayView'>;

const STATUS: Readonly<Record<Replay['state'], Status>> = {
  running: 'info',
  done: 'success',
  failed: 'danger',
  cancelled: 'info',
};

export interface ReplayLineProps {
  readonly replay: Replay;
  /** Left out where the role does not allow it. */
  readonly onCancel: (() => void) | undefined;
}

/** One archive on its way into a drain. */
export function ReplayLine({ replay, onCancel }: ReplayLineProps) {
  const { t, i18n } = useTranslation('streams');
  const { state, error, lines_sent: sent, lines_dropped: dropped } = replay;
  const share = replay.total_bytes === 0 ? 1 : Math.min(1, replay.bytes_read / replay.total_bytes);
  const isRunning = state === 'running';
  return (
    <li className={styles.upload}>
      <span className={styles.name}>{t('replay.of', { name: replay.archive_name, drain: replay.drain_token })}</span>
      <span className={styles.amount}>{t('lines', { count: sent })}</span>
      {isRunning && (
        <span className={styles.bar}>
          <Progress label={t('replay.label', { name: replay.archive_name })} share={share} />
          <span className={styles.percent}>{formatPercent(share, i18n.language)}</span>
        </span>
      )}
      <span className={styles.facts}>
        <Badge status={error !== null && isRunning ? 'warning' : STATUS[state]}>{t(`replay.state.${state}`)}</Badge>
        {dropped > 0 && <span>{t('replay.dropped', { count: dropped })}</span>}
        {error !== null && <span>{error}</span>}
        {isRunning && onCancel && (
          <span className={styles.ends}>
            <Button onPress={onCancel}>{t('replay.cancel')}</Button>
          </span>
        )}
      </span>
    </li>
  );
}
