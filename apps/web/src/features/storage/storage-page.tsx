import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.js';
import { ProblemNotice } from '../../components/problem-notice.js';
import { LinkButton } from '../../components/ui/link-button.js';
import { Page } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { isOffered } from '../../lib/permissions.js';
import { useMe } from '../account/api/get-me.js';
import { storageQuery } from './api/get-storage.js';
import { PlatformUsage } from './platform-usage.js';
import { StorageHistory } from './storage-history.js';
import { StorageState } from './storage-state.js';
import { WhatCouldGo } from './what-could-go.js';

/** How full the storage is, how that came about, and what could go. */
export function StoragePage() {
  const { t } = useTranslation('storage');
  const me = useMe();
  const storage = useQuery(storageQuery);
  const selfTest = isOffered(me, 'self-test.run') && (
    <LinkButton to={paths.selfTest.href()}>{t('self_test')}</LinkButton>
  );
  return (
    <Page title={t('title')} actions={selfTest}>
      {storage.isPending && <Skeleton lines={8} />}
      {storage.error && <ProblemNotice error={storage.error} onRetry={() => void storage.refetch()} />}
      {storage.data && (
        <>
          <StorageState storage={storage.data} />
          <StorageHistory isLimited={storage.data.total !== null} />
          <PlatformUsage storage={storage.data} />
          <WhatCouldGo />
        </>
      )}
    </Page>
  );
}
