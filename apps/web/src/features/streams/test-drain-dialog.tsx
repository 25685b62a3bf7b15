import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Notice } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Dialog, DialogActions } from '../../components/ui/dialog.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { formatDuration } from '../../lib/format.js';
import { useTestDrain } from './api/test-drain.js';
import type { Drain } from './drains-table.js';
import { useFailureText } from './use-failure-text.js';

export interface TestDrainDialogProps {
  readonly drain: Drain;
  readonly onClose: () => void;
}

/** Sends one line at once, and says what the receiver did with it. */
export function TestDrainDialog({ drain, onClose }: TestDrainDialogProps) {
  const { t, i18n } = useTranslation(['streams', 'common']);
  const failureText = useFailureText();
  const test = useTestDrain();
  const run = useEffectEvent(() => test.mutate(drain.id));
  useEffect(() => run(), []);
  const result = test.data;
  return (
    <Dialog title={t('test_title', { receiver: drain.url })} isOpen onClose={onClose}>
      <div aria-live="polite">
        {test.isPending && (
          <>
            <p>{t('test_running')}</p>
            <Skeleton />
          </>
        )}
        {test.error && <ProblemNotice error={test.error} />}
        {result?.delivered && (
          <Notice status="success" title={t('test_delivered')}>
            <span>
              {t('test_duration', {
                duration:
                  result.duration_ms < 1_000
                    ? t('milliseconds', { count: result.duration_ms })
                    : formatDuration(result.duration_ms, i18n.language),
              })}
            </span>
          </Notice>
        )}
        {result && !result.delivered && (
          <Notice status="danger" title={t('test_failed')}>
            {result.error && <span>{failureText(result.error)}</span>}
            <span>{t('test_advice')}</span>
          </Notice>
        )}
      </div>
      <DialogActions>
        <Button onPress={() => test.mutate(drain.id)} isPending={test.isPending}>
          {t('test_again')}
        </Button>
        <Button variant="primary" onPress={onClose}>
          {t('common:close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
