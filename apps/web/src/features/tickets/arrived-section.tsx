import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { ArchiveColumnsButton, ArchiveTable } from '../../components/archives/archive-table.js';
import { LockedNotice } from '../../components/archives/locked-notice.js';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Bytes } from '../../components/ui/amounts.js';
import { EmptyState } from '../../components/ui/empty-state.js';
import { Section } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { accessOf } from '../../lib/access.js';
import { useShortcuts } from '../../lib/use-shortcuts.js';
import { useMe } from '../account/api/get-me.js';
import { ticketArchivesQuery } from './api/get-ticket-archives.js';
import { CaptureButton } from './capture-button.js';
import { useCanReplay } from './use-can-replay.js';

/** The main thing: what the customer has sent. */
export function ArrivedSection({ ticket }: { readonly ticket: Schema<'TicketView'> }) {
  const { t } = useTranslation('tickets');
  const me = useMe();
  const archives = useQuery(ticketArchivesQuery(ticket.number));
  const download = accessOf(me, 'archive.download');
  const rows = archives.data?.rows ?? [];
  const newest = rows[0];
  useShortcuts({ ...(download === 'open' && newest && { d: () => window.location.assign(newest.file) }) });
  const canReplay = useCanReplay();
  const actions = (
    <>
      {ticket.archives_count > 0 && (
        <span>
          {t('files', { count: ticket.archives_count })} · <Bytes value={ticket.archives_bytes} />
        </span>
      )}
      {!ticket.resolved && <CaptureButton number={ticket.number} />}
      {ticket.archives_count > 0 && <ArchiveColumnsButton />}
    </>
  );
  return (
    <Section title={t('page.arrived')} actions={actions}>
      {archives.isPending && <Skeleton lines={3} />}
      {archives.error && <ProblemNotice error={archives.error} onRetry={() => void archives.refetch()} />}
      {archives.data && rows.length === 0 && (
        <EmptyState title={t('page.nothing')}>
          <p>{t('page.nothing_text')}</p>
        </EmptyState>
      )}
      {rows.length > 0 && (
        <>
          <LockedNotice access={download} />
          <ArchiveTable
            archives={rows}
            download={download}
            deletion={accessOf(me, 'archive.delete')}
            canReplay={canReplay}
          />
        </>
      )}
      {archives.data?.nextCursor && (
        <p>
          {t('page.more_archives', { count: rows.length })}{' '}
          <Link to={`/archives?${new URLSearchParams({ ticket: ticket.number }).toString()}`}>
            {t('page.all_archives')}
          </Link>
        </p>
      )}
    </Section>
  );
}
