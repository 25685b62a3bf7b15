import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes, formatDuration } from '../../lib/format.js';
import { ProblemNotice } from '../problem-notice.js';
import { Button } from '../ui/button.js';
import { Dialog, DialogActions } from '../ui/dialog.js';
import { Form } from '../ui/form.js';
import { NativeSelect } from '../ui/native-select.js';
import { TextField } from '../ui/text-field.js';
import { showToast } from '../ui/toasts.js';
import styles from './capture-dialog.module.css';
import type { LogSource } from './log-source.js';
import { draftOf, SourceFields, sourceOfDraft } from './source-fields.js';
import { useStartCapture } from './start-capture.js';

const MINUTE = 60;
const DURATIONS = [1, 5, 15, 30, 60].map((minutes) => minutes * MINUTE);
const USUAL_DURATION = 5 * MINUTE;
const SIZES = [10e6, 100e6, 1e9, 10e9];
const USUAL_SIZE = 1e9;

export interface CaptureDialogProps {
  /** Number of the ticket; asked for where it is not given. */
  readonly ticket?: string;
  /** What is watched just now. */
  readonly source?: LogSource | undefined;
  readonly onClose: () => void;
}

/** Has a live log written into an archive of a ticket. */
export function CaptureDialog({ ticket, source: watched, onClose }: CaptureDialogProps) {
  const { t, i18n } = useTranslation(['streams', 'common']);
  const start = useStartCapture();
  const [number, setNumber] = useState(ticket ?? '');
  const [source, setSource] = useState(draftOf(watched));
  const [duration, setDuration] = useState(String(USUAL_DURATION));
  const [size, setSize] = useState(String(USUAL_SIZE));

  const submit = (): void => {
    const { kind: _, ...destination } = sourceOfDraft(source);
    start.mutate(
      {
        ticket: number.trim(),
        body: { ...destination, duration_seconds: Number(duration), max_bytes: Number(size) },
      },
      {
        onSuccess: () => {
          showToast({ text: t('capture.started', { ticket: number.trim() }) });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title={ticket ? t('capture.into', { ticket }) : t('capture.title')} isOpen onClose={onClose}>
      <p className={styles.text}>{t('capture.text')}</p>
      <Form onSubmit={submit}>
        {!ticket && (
          <TextField
            label={t('capture.ticket')}
            value={number}
            onChange={setNumber}
            isRequired
            isMono
            autoFocus
            autoComplete="off"
          />
        )}
        <SourceFields value={source} onChange={setSource} autoFocus={ticket !== undefined} />
        <div className={styles.limits}>
          <span>{t('capture.until')}</span>
          <NativeSelect
            label={t('capture.duration')}
            isFramed
            value={duration}
            choices={DURATIONS.map((seconds) => ({
              id: String(seconds),
              text: formatDuration(seconds * 1_000, i18n.language),
            }))}
            onChange={setDuration}
          />
          <span>{t('capture.or')}</span>
          <NativeSelect
            label={t('capture.size')}
            isFramed
            value={size}
            choices={SIZES.map((bytes) => ({ id: String(bytes), text: formatBytes(bytes, i18n.language) }))}
            onChange={setSize}
          />
        </div>
        {start.error && <ProblemNotice error={start.error} />}
        <DialogActions>
          <Button onPress={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" variant="primary" isPending={start.isPending}>
            {t('capture.start')}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
