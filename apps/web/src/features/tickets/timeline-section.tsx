import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import {
  CircleCheck,
  CircleDot,
  CircleStop,
  CircleX,
  Download,
  FileCheck,
  FileX,
  Link2,
  Link2Off,
  type LucideIcon,
  PencilLine,
  Plus,
  RotateCcw,
  Send,
  Trash2,
  Unplug,
  Upload,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Bytes, Time } from '../../components/ui/amounts.js';
import { Button } from '../../components/ui/button.js';
import { Section } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { timelineQuery } from './api/get-timeline.js';
import styles from './timeline-section.module.css';

type Entry = Schema<'TimelineEntryView'>;

const ICONS: Readonly<Record<Entry['action'], LucideIcon>> = {
  'ticket.created': Plus,
  'ticket.changed': PencilLine,
  'ticket.resolved': CircleCheck,
  'ticket.reopened': RotateCcw,
  'token.created': Link2,
  'token.changed': PencilLine,
  'token.revoked': Link2Off,
  'upload.started': Upload,
  'upload.interrupted': Unplug,
  'archive.received': FileCheck,
  'archive.downloaded': Download,
  'archive.deleted': Trash2,
  'archive.missing': FileX,
  'archive.corrupt': FileX,
  'archive.stored': FileCheck,
  'capture.started': CircleDot,
  'capture.stopped': CircleStop,
  'capture.cancelled': CircleX,
  'capture.ended': CircleStop,
  'replay.started': Send,
  'replay.cancelled': CircleX,
  'replay.ended': Send,
};

const FIRST_SHOWN = 20;

/** How the case went, the latest first. */
export function TimelineSection({ number }: { readonly number: string }) {
  const { t } = useTranslation('tickets');
  const timeline = useQuery(timelineQuery(number));
  const [isAll, setAll] = useState(false);
  const entries = timeline.data ?? [];
  const shown = isAll ? entries : entries.slice(0, FIRST_SHOWN);
  return (
    <Section title={t('timeline.title')}>
      {timeline.isPending && <Skeleton lines={4} />}
      {timeline.error && <ProblemNotice error={timeline.error} onRetry={() => void timeline.refetch()} />}
      {shown.length > 0 && (
        <ol className={styles.timeline}>
          {shown.map((entry) => (
            <TimelineLine key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      {shown.length < entries.length && (
        <div>
          <Button onPress={() => setAll(true)}>{t('timeline.more', { count: entries.length - shown.length })}</Button>
        </div>
      )}
    </Section>
  );
}

function TimelineLine({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation('tickets');
  const { action, actor_kind: kind, actor_name: actor, name, size, outcome, reason } = entry;
  const Icon = ICONS[action];
  const who = kind === 'staff' ? actor : kind === 'customer' ? t('timeline.customer', { label: actor ?? '' }) : null;
  return (
    <li>
      <Icon aria-hidden />
      <span className={styles.what}>
        {t(`timeline.${action}`)}
        {name !== null && <span className="mono">{name}</span>}
        {size !== null && (
          <span className={styles.quiet}>
            <Bytes value={size} />
          </span>
        )}
        {outcome !== null && <span className={styles.quiet}>{t(`timeline.outcome.${outcome}`)}</span>}
        {reason !== null && <span className={styles.quiet}>{reason}</span>}
      </span>
      <span className={styles.quiet}>
        {who && <>{who} · </>}
        <Time value={entry.time} />
      </span>
    </li>
  );
}
