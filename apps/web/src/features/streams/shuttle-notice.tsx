import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { shuttleStatusQuery } from '../../components/streams/get-shuttle-status.js';
import { Notice } from '../../components/ui/badge.js';
import { EmptyState } from '../../components/ui/empty-state.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import styles from './streams.module.css';

const SETTINGS = 'SHUTTLE_URL=http://localhost:5000\nSHUTTLE_AUTH_KEY_FILE=/run/secrets/shuttle-key';

/** What needs the log shuttle, where there is one; else how to get one, or that it is away for now. */
export function WithShuttle({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation('streams');
  const status = useQuery(shuttleStatusQuery);
  if (status.isPending) return <Skeleton lines={6} />;
  if (status.error) return <ProblemNotice error={status.error} onRetry={() => void status.refetch()} />;
  if (status.data.state === 'not_configured') {
    return (
      <EmptyState title={t('none_here')}>
        <p>{t('none_here_text')}</p>
        <p>{t('none_here_do')}</p>
        <pre className={styles.sample}>{SETTINGS}</pre>
      </EmptyState>
    );
  }
  return (
    <>
      {status.data.state !== 'ready' && (
        <Notice status="warning" title={t(`shuttle.${status.data.state}`)}>
          <span>{t('shuttle_again')}</span>
        </Notice>
      )}
      {children}
    </>
  );
}
