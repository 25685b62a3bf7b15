import { CircleAlert, CircleCheck, File as FileIcon, Folder, Pause, Play, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Bytes } from '../../components/ui/amounts.js';
import { Button } from '../../components/ui/button.js';
import { CopyButton } from '../../components/ui/copy-button.js';
import { Progress } from '../../components/ui/progress.js';
import { mayPause, type Upload } from '../engine/upload-state.js';
import styles from './desk.module.css';
import { DiscardQuestion } from './discard-question.js';
import type { UploadDesk } from './upload-desk.js';
import { UploadStatus } from './upload-status.js';

/** One upload: its name, how far it is, and what can be done about it. */
export function UploadRow({ upload, desk }: { readonly upload: Upload; readonly desk: UploadDesk }) {
  const { id, name, size, sentBytes, phase } = upload;
  const isStored = phase.name === 'stored';
  return (
    <li className={styles.row} data-phase={phase.name}>
      <div className={styles.head}>
        <PhaseIcon upload={upload} />
        <bdi className={styles.name}>{name}</bdi>
        <span className={styles.size}>
          <Bytes value={size} />
        </span>
        <RowActions upload={upload} desk={desk} />
      </div>
      {!isStored && phase.name !== 'refused' && <Progress label={name} share={sentBytes / size} />}
      <UploadStatus upload={upload} onContinue={() => desk.continue(id)} />
      {isStored && <Stored sha256={phase.receipt.sha256} />}
    </li>
  );
}

function PhaseIcon({ upload: { kind, phase } }: { readonly upload: Upload }) {
  if (phase.name === 'stored') return <CircleCheck aria-hidden className={styles.good} />;
  if (phase.name === 'refused') return <CircleAlert aria-hidden className={styles.bad} />;
  return kind === 'folder' ? <Folder aria-hidden /> : <FileIcon aria-hidden />;
}

const SHOWN_DIGITS = 8;

function Stored({ sha256 }: { readonly sha256: string }) {
  const { t } = useTranslation('upload');
  return (
    <p className={styles.digest}>
      <span className={styles.good}>{t('status.stored')}</span>
      <span>
        SHA-256 <code title={sha256}>{sha256.slice(0, SHOWN_DIGITS)}…</code>
      </span>
      <CopyButton text={sha256} label={t('receipt.copy_sha256')} />
    </p>
  );
}

/** Giving up asks first where bytes would have to travel again. */
function RowActions({ upload, desk }: { readonly upload: Upload; readonly desk: UploadDesk }) {
  const { t } = useTranslation('upload');
  const [question, setQuestion] = useState<'open' | 'answered'>();
  const { id, name, phase, sentBytes } = upload;
  if (phase.name === 'stored' || phase.name === 'cancelling') return null;
  if (question === 'open') {
    return (
      <DiscardQuestion
        name={name}
        sentBytes={sentBytes}
        onDiscard={() => desk.cancel(id)}
        onKeep={() => setQuestion('answered')}
      />
    );
  }
  const isPaused = phase.name === 'paused';
  return (
    <div className={styles.buttons}>
      {(isPaused || (mayPause(upload) && phase.name !== 'queued')) && (
        <Button
          variant="quiet"
          aria-label={t(isPaused ? 'row.resume' : 'row.pause', { name })}
          onPress={() => (isPaused ? desk.continue(id) : desk.pause(id))}
        >
          {isPaused ? <Play aria-hidden /> : <Pause aria-hidden />}
        </Button>
      )}
      <Button
        variant="quiet"
        aria-label={t('row.cancel', { name })}
        // Where the question was opened.
        autoFocus={question === 'answered'}
        onPress={() => (sentBytes > 0 ? setQuestion('open') : desk.cancel(id))}
      >
        <X aria-hidden />
      </Button>
    </div>
  );
}
