import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Time } from '../../components/ui/amounts.js';
import { Badge } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Dialog } from '../../components/ui/dialog.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { useEndSession } from './api/end-session.js';
import { sessionsQuery } from './api/get-sessions.js';
import styles from './users.module.css';

export interface SessionsDialogProps {
  readonly user: Schema<'UserView'>;
  readonly onClose: () => void;
}

/** Where somebody is logged in, and the means to end it. */
export function SessionsDialog({ user, onClose }: SessionsDialogProps) {
  const { t } = useTranslation('users');
  const sessions = useQuery(sessionsQuery(user.username));
  const end = useEndSession(user.username);
  return (
    <Dialog title={t('sessions.title', { name: user.username })} isOpen onClose={onClose}>
      {sessions.isPending && <Skeleton />}
      {sessions.error && <ProblemNotice error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {end.error && <ProblemNotice error={end.error} />}
      {sessions.data?.rows.length === 0 && <p>{t('sessions.none')}</p>}
      {sessions.data && sessions.data.rows.length > 0 && (
        <ul className={styles.sessions}>
          {sessions.data.rows.map((session) => (
            <li key={session.id}>
              <div className={styles.session}>
                <span>{session.agent || t('sessions.no_agent')}</span>
                <span className={styles.quiet}>
                  {session.address} · {t('sessions.seen')} <Time value={session.last_seen_at} />
                </span>
              </div>
              {session.current ? (
                <Badge status="info">{t('sessions.current')}</Badge>
              ) : (
                <Button
                  variant="danger"
                  aria-label={t('sessions.end_of', { agent: session.agent, address: session.address })}
                  isPending={end.isPending && end.variables === session.id}
                  onPress={() => end.mutate(session.id)}
                >
                  {t('sessions.end')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
