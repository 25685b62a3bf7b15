import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../problem-notice.js';
import { Notice } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { Dialog, DialogActions } from '../ui/dialog.js';
import { NativeSelect } from '../ui/native-select.js';
import { Skeleton } from '../ui/skeleton.js';
import { showToast } from '../ui/toasts.js';
import { drainChoicesQuery } from './get-drain-choices.js';
import { useStartReplay } from './start-replay.js';

export interface ReplayDialogProps {
  readonly archive: Schema<'ArchiveView'>;
  readonly onClose: () => void;
}

/** Sends an archive line by line where logs are read otherwise. */
export function ReplayDialog({ archive, onClose }: ReplayDialogProps) {
  const { t } = useTranslation(['streams', 'common']);
  const drains = useQuery(drainChoicesQuery);
  const start = useStartReplay();
  const [chosen, setChosen] = useState<string>();
  const rows = drains.data ?? [];
  const drain = rows.find(({ id }) => id === chosen) ?? rows[0];

  const submit = (): void => {
    if (!drain) return;
    start.mutate(
      { archive: archive.id, ticket: archive.ticket, drain: drain.id },
      {
        onSuccess: () => {
          showToast({ text: t('replay.started', { name: archive.name, ticket: archive.ticket }) });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title={t('replay.title', { name: archive.name })} isOpen onClose={onClose}>
      <p>{t('replay.text')}</p>
      {drains.isPending && <Skeleton />}
      {drains.error && <ProblemNotice error={drains.error} onRetry={() => void drains.refetch()} />}
      {drains.data && rows.length === 0 && <Notice status="info" title={t('replay.no_drains')} />}
      {drain && (
        <NativeSelect
          label={t('replay.drain')}
          isFramed
          value={drain.id}
          choices={rows.map(({ id, token, url }) => ({ id, text: `${token} → ${url}` }))}
          onChange={setChosen}
        />
      )}
      {start.error && <ProblemNotice error={start.error} />}
      <DialogActions>
        <Button onPress={onClose}>{t('common:cancel')}</Button>
        <Button variant="primary" isDisabled={!drain} isPending={start.isPending} onPress={submit}>
          {t('replay.start')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
