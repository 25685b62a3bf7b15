import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/ui/button.js';
import { formatDuration, formatPercent, formatSpeed } from '../../lib/format.js';
import { timeLeft } from '../engine/speed.js';
import type { Upload } from '../engine/upload-state.js';
import styles from './desk.module.css';

/** What these refuse does not change by asking again. */
const FINAL = new Set(['file_changed', 'archive_too_large', 'file_empty', 'upload_token_unknown']);

/** One line about where an upload is, and the button that helps. */
export function UploadStatus({ upload, onContinue }: { readonly upload: Upload; readonly onContinue: () => void }) {
  const { t, i18n } = useTranslation('upload');
  const { t: tCommon } = useTranslation();
  const { phase, size, sentBytes } = upload;
  const percent = formatPercent(sentBytes / size, i18n.language);
  switch (phase.name) {
    case 'queued':
      return <p className={styles.status}>{t('status.queued')}</p>;
    case 'sending':
      return sentBytes < size ? <Moving upload={upload} /> : <p className={styles.status}>{t('status.finishing')}</p>;
    case 'finishing':
      return <p className={styles.status}>{t('status.finishing')}</p>;
    case 'paused':
      return <p className={styles.status}>{t('status.paused', { percent })}</p>;
    case 'cancelling':
      return <p className={styles.status}>{t('status.cancelling')}</p>;
    case 'waiting':
      return (
        <div className={styles.waiting}>
          <p>
            {t(`waiting.${phase.reason}`)} <Countdown until={phase.retryAt} />
          </p>
          <Button onPress={onContinue}>{t('status.now')}</Button>
        </div>
      );
    case 'refused':
      return (
        <div className={styles.refused}>
          <p>{t(`refused.${phase.code}`, { defaultValue: t('refused.unknown', { detail: phase.detail }) })}</p>
          {phase.requestId && (
            <small>
              {phase.code} · {tCommon('problem.request', { id: phase.requestId })}
            </small>
          )}
          {!FINAL.has(phase.code) && (
            <div>
              <Button onPress={onContinue}>{tCommon('retry')}</Button>
            </div>
          )}
        </div>
      );
    case 'stored':
      return null;
  }
}

function Moving({ upload }: { readonly upload: Upload }) {
  const { t, i18n } = useTranslation('upload');
  const { speed, size, sentBytes } = upload;
  const { language } = i18n;
  const left = timeLeft(speed, size);
  return (
    <p className={`${styles.status} ${styles.numbers}`}>
      <span>{formatPercent(sentBytes / size, language)}</span>
      {left !== undefined && (
        <>
          <span>{formatSpeed(speed.bytesPerSecond, language)}</span>
          <span>{t('status.left', { time: formatDuration(left, language) })}</span>
        </>
      )}
    </p>
  );
}

function Countdown({ until }: { readonly until: number }) {
  const { t, i18n } = useTranslation('upload');
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return t('waiting.countdown', { time: formatDuration(Math.ceil((until - now) / 1_000) * 1_000, i18n.language) });
}
