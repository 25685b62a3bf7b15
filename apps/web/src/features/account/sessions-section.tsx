import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Time } from '../../components/ui/amounts.js';
import { Badge } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Section } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import table from '../../components/ui/table.module.css';
import { useEndSessions } from './api/end-sessions.js';
import { sessionsQuery } from './api/get-sessions.js';
import { deviceName } from './device.js';

/** Where this account is logged in, to see and to end. */
export function SessionsSection() {
  const { t } = useTranslation('account');
  const sessions = useQuery(sessionsQuery);
  const endOthers = useEndSessions();
  const others = sessions.data?.filter(({ current }) => !current) ?? [];
  const actions = others.length > 0 && (
    <Button onPress={() => endOthers.mutate(others.map(({ id }) => id))} isPending={endOthers.isPending}>
      {t('sessions.end_others')}
    </Button>
  );
  return (
    <Section title={t('sessions.title')} actions={actions}>
      {endOthers.error && <ProblemNotice error={endOthers.error} />}
      {sessions.data ? (
        <SessionsTable sessions={sessions.data} />
      ) : sessions.error ? (
        <ProblemNotice error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : (
        <Skeleton />
      )}
    </Section>
  );
}

function SessionsTable({ sessions }: { readonly sessions: readonly Schema<'SessionView'>[] }) {
  const { t } = useTranslation('account');
  const end = useEndSessions();
  return (
    <>
      {end.error && <ProblemNotice error={end.error} />}
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t('sessions.device')}</th>
              <th scope="col">{t('sessions.address')}</th>
              <th scope="col">{t('sessions.begun')}</th>
              <th scope="col">{t('sessions.last_used')}</th>
              <th scope="col">
                <span className="visually-hidden">{t('sessions.end')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => {
              const device = deviceName(session.agent) || t('sessions.unknown');
              return (
                <tr key={session.id}>
                  <td data-label={t('sessions.device')} className={table.title}>
                    <span title={session.agent}>{device}</span>
                  </td>
                  <td data-label={t('sessions.address')}>
                    <span className="mono">{session.address}</span>
                  </td>
                  <td data-label={t('sessions.begun')}>
                    <Time value={session.time_create} />
                  </td>
                  <td data-label={t('sessions.last_used')}>
                    <Time value={session.last_seen_at} />
                  </td>
                  <td className={`${table.number} ${table.actions}`}>
                    {session.current ? (
                      <Badge status="success">{t('sessions.current')}</Badge>
                    ) : (
                      <Button
                        aria-label={t('sessions.end_named', { device, address: session.address })}
                        isPending={end.isPending && end.variables.includes(session.id)}
                        onPress={() => end.mutate([session.id])}
                      >
                        {t('sessions.end')}
                      </Button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
