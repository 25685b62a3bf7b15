import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router-dom';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Time } from '../../components/ui/amounts.js';
import { Button } from '../../components/ui/button.js';
import { EmptyState } from '../../components/ui/empty-state.js';
import { LinkButton } from '../../components/ui/link-button.js';
import { Page } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { Tip } from '../../components/ui/tip.js';
import { accessOf } from '../../lib/access.js';
import { ApiProblem } from '../../lib/api-problem.js';
import { platformChoicesQuery } from '../../lib/get-platforms.js';
import { enrolmentPath } from '../../lib/next-address.js';
import { ticketPath } from '../../lib/ticket-path.js';
import { useShortcuts } from '../../lib/use-shortcuts.js';
import { useMe } from '../account/api/get-me.js';
import { ticketQuery } from './api/get-ticket.js';
import { ArrivedSection } from './arrived-section.js';
import { DeleteTicketDialog } from './delete-ticket-dialog.js';
import { NoteSection } from './note-section.js';
import { StreamsSection } from './streams-section.js';
import styles from './ticket-page.module.css';
import { TicketState } from './ticket-state.js';
import { TimelineSection } from './timeline-section.js';
import { TokensSection } from './tokens-section.js';
import { UploadsSection } from './uploads-section.js';
import { useResolve } from './use-resolve.js';
import { useCopyUploadLink } from './use-upload-link.js';

const EditTicketDialog = lazy(() =>
  import('./edit-ticket-dialog.js').then((module) => ({ default: module.EditTicketDialog })),
);

/** A case from top to bottom as it went. */
export function TicketPage() {
  const { number = '' } = useParams();
  const ticket = useQuery(ticketQuery(number));
  // Also when it was there a moment ago and somebody has deleted it.
  if (ticket.error instanceof ApiProblem && ticket.error.status === 404) return <NoTicket number={number} />;
  if (ticket.data) return <Case key={ticket.data.id} ticket={ticket.data} />;
  if (ticket.isPending) return <Skeleton lines={8} />;
  return <ProblemNotice error={ticket.error} onRetry={() => void ticket.refetch()} />;
}

function NoTicket({ number }: { readonly number: string }) {
  const { t } = useTranslation('tickets');
  return (
    <EmptyState level={1} title={t('page.not_found', { number })}>
      <p>{t('page.not_found_text')}</p>
      <LinkButton to="/">{t('page.back')}</LinkButton>
    </EmptyState>
  );
}

function Case({ ticket }: { readonly ticket: Schema<'TicketView'> }) {
  const { t } = useTranslation('tickets');
  const me = useMe();
  const platforms = useQuery(platformChoicesQuery).data ?? [];
  const resolve = useResolve();
  const copyLink = useCopyUploadLink();
  const { number, resolved } = ticket;
  const mayEdit = accessOf(me, 'ticket.edit') === 'open';
  const maySeeTokens = accessOf(me, 'token.read') === 'open';
  const toggle = (): void => resolve([number], !resolved);
  useShortcuts({ ...(mayEdit && { r: toggle }), ...(maySeeTokens && { y: () => void copyLink(number) }) });
  const actions = (
    <>
      {mayEdit && (
        <>
          <Tip text={t(resolved ? 'reopen' : 'resolve')} shortcut="r">
            <Button onPress={toggle} aria-keyshortcuts="r">
              {t(resolved ? 'reopen' : 'resolve')}
            </Button>
          </Tip>
          <EditTicket ticket={ticket} />
        </>
      )}
      <DeleteTicket ticket={ticket} />
    </>
  );
  return (
    <Page title={number} actions={actions}>
      <p className={styles.facts}>
        <TicketState ticket={ticket} />
        <span>{platforms.find(({ name }) => name === ticket.platform)?.pretty_name ?? ticket.platform}</span>
        <span>
          {t('page.created')} <Time value={ticket.time_create} />{' '}
          {t('page.by', { name: ticket.user === me.username ? t('me') : ticket.user })}
        </span>
        {ticket.help_desk_url && (
          <a href={ticket.help_desk_url} target="_blank" rel="noreferrer" className={styles.helpDesk}>
            {t('page.help_desk')}
            <ExternalLink aria-hidden />
          </a>
        )}
      </p>
      <ArrivedSection ticket={ticket} />
      <UploadsSection number={number} />
      <StreamsSection number={number} />
      {maySeeTokens && <TokensSection ticket={ticket} mayEdit={accessOf(me, 'token.edit') === 'open'} />}
      <NoteSection ticket={ticket} mayEdit={mayEdit} />
      <TimelineSection number={number} />
    </Page>
  );
}

/** With a state of its own: opening the dialog makes nothing else of the page anew. */
function EditTicket({ ticket }: { readonly ticket: Schema<'TicketView'> }) {
  const { t } = useTranslation('tickets');
  const [isEditing, setEditing] = useState(false);
  return (
    <>
      <Button aria-label={t('edit_ticket.button')} onPress={() => setEditing(true)}>
        {t('edit')}
      </Button>
      <Suspense>{isEditing && <EditTicketDialog ticket={ticket} onClose={() => setEditing(false)} />}</Suspense>
    </>
  );
}

/** Shown to those whose role allows it; says what is missing where it needs a second factor first. */
function DeleteTicket({ ticket }: { readonly ticket: Schema<'TicketView'> }) {
  const { t } = useTranslation('tickets');
  const access = accessOf(useMe(), 'ticket.delete');
  const [isAsking, setAsking] = useState(false);
  if (access === 'none') return null;
  if (access === 'enrolment') {
    return (
      <LinkButton to={enrolmentPath(ticketPath(ticket.number))} variant="quiet" title={t('delete_ticket.locked')}>
        {t('delete_locked')}
      </LinkButton>
    );
  }
  return (
    <>
      <Button variant="danger" onPress={() => setAsking(true)}>
        {t('delete')}
      </Button>
      {isAsking && <DeleteTicketDialog ticket={ticket} onClose={() => setAsking(false)} />}
    </>
  );
}
