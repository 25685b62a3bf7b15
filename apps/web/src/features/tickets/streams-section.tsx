import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Section } from '../../components/ui/page.js';
import { accessOf } from '../../lib/access.js';
import { useNow } from '../../lib/use-now.js';
import { useMe } from '../account/api/get-me.js';
import { useEndStream } from './api/end-stream.js';
import { capturesQuery } from './api/get-captures.js';
import { replaysQuery } from './api/get-replays.js';
import { CaptureLine } from './capture-line.js';
import { ReplayLine } from './replay-line.js';
import styles from './uploads-section.module.css';

/** What ended is told of for so long; its archive, and the timeline, stay. */
const TOLD_MS = 60 * 60_000;

/** Live logs that are written into this ticket, and archives of it on their way into drains; nothing where there are none. */
export function StreamsSection({ number }: { readonly number: string }) {
  const { t } = useTranslation('streams');
  const me = useMe();
  const now = useNow();
  const end = useEndStream(number);
  const isTold = ({ ended_at: endedAt }: { readonly ended_at: string | null }): boolean =>
    endedAt === null || now - Date.parse(endedAt) < TOLD_MS;
  const captures = (useQuery(capturesQuery(number)).data ?? []).filter(isTold);
  const replays = (useQuery(replaysQuery(number)).data ?? []).filter(isTold);
  if (captures.length === 0 && replays.length === 0) return null;
  const mayCapture = accessOf(me, 'capture.manage') !== 'none';
  const mayReplay = accessOf(me, 'replay.manage') !== 'none';
  return (
    <Section title={t('under_way')}>
      <ul className={styles.uploads}>
        {captures.map((capture: Schema<'CaptureView'>) => (
          <CaptureLine
            key={capture.id}
            capture={capture}
            onEnd={mayCapture ? (how) => end.mutate({ id: capture.id, end: how }) : undefined}
          />
        ))}
        {replays.map((replay: Schema<'ReplayView'>) => (
          <ReplayLine
            key={replay.id}
            replay={replay}
            onCancel={mayReplay ? () => end.mutate({ id: replay.id, end: 'cancel' }) : undefined}
          />
        ))}
      </ul>
      {end.error && <ProblemNotice error={end.error} />}
    </Section>
  );
}
