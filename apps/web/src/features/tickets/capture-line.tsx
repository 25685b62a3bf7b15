import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { Bytes } from '../../components/ui/amounts.js';
import { Badge, type Status } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Progress } from '../../components/ui/progress.js';
import { formatDuration } from '../../lib/format.js';
import { useNow } from '../../lib/use-now.js';
import styles from './uploads-section.module.css';

type Capture = Schema<'CaptureView'>;

const STATUS: Readonly<Record<Capture['state'], Status>> = {
  running: 'info',
  finishing: 'info',
  done: 'success',
  interrupted: 'warning',
  failed: 'danger',
  cancelled: 'info',
};

export interface CaptureLineProps {
  readonly capture: Capture;
  /** Left out where the role does not allow it. */
  readonly onEnd: ((how: 'keep' | 'discard') => void) | undefined;
}

/** One capture: how far it is, what came of it, and its two ways to end early. */
export function CaptureLine({ capture, onEnd }: CaptureLineProps) {
  const { t, i18n } = useTranslation('streams');
  const now = useNow();
  const { app, space, site, state, lines, bytes, max_bytes: maxBytes, gaps, error } = capture;
  const name = site ?? `${app}-${space}`;
  const startedAt = Date.parse(capture.started_at);
  const endsAt = Date.parse(capture.ends_at);
  const share = Math.min(1, Math.max((now - startedAt) / (endsAt - startedAt), bytes / maxBytes));
  const isRunning = state === 'running';
  // Whoever is about to show a fault has to know from when on it is captured.
  const isOpening = isRunning && capture.stored_until === null;
  return (
    <li className={styles.upload}>
      <span className={styles.name}>{name}</span>
      <span className={styles.amount}>
        {t('lines', { count: lines })} · <Bytes value={bytes} />
      </span>
      {isRunning && (
        <span className={styles.bar}>
          <Progress label={t('capture.label', { source: name })} share={share} />
          <span className={styles.left}>
            {t('capture.left', { duration: formatDuration(endsAt - now, i18n.language) })}
          </span>
        </span>
      )}
      <span className={styles.facts}>
        <Badge status={error !== null && isRunning ? 'warning' : STATUS[state]}>
          {t(`capture.state.${isOpening ? 'opening' : state}`)}
        </Badge>
        {state === 'done' && capture.archive === null && <span>{t('capture.nothing')}</span>}
        {gaps > 0 && <span>{t('capture.gaps', { count: gaps })}</span>}
        {error !== null && <span>{error}</span>}
        {isRunning && onEnd && (
          <span className={styles.ends}>
            <Button onPress={() => onEnd('keep')}>{t('capture.keep')}</Button>
            <Button variant="quiet" onPress={() => onEnd('discard')}>
              {t('capture.discard')}
            </Button>
          </span>
        )}
      </span>
    </li>
  );
}
