import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router-dom';
import { ProblemNotice } from '../../components/problem-notice.js';
import { shuttleStatusQuery } from '../../components/streams/get-shuttle-status.js';
import { Button } from '../../components/ui/button.js';
import { EmptyState } from '../../components/ui/empty-state.js';
import { Page } from '../../components/ui/page.js';
import { Pager } from '../../components/ui/pager.js';
import { SearchField } from '../../components/ui/search-field.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { showToast } from '../../components/ui/toasts.js';
import { isOffered } from '../../lib/permissions.js';
import { usePaging } from '../../lib/use-paging.js';
import { useTypedFilter } from '../../lib/use-typed-filter.js';
import { useMe } from '../account/api/get-me.js';
import { useChangeDrain } from './api/change-drain.js';
import { drainsQuery } from './api/get-drains.js';
import { DeleteDrainDialog } from './delete-drain-dialog.js';
import { type DrainFilters, filtersOf, isNarrowed, paramsOf } from './drain-filters.js';
import { type Drain, type DrainAction, DrainsTable } from './drains-table.js';
import { NewDrainDialog } from './new-drain-dialog.js';
import { WithShuttle } from './shuttle-notice.js';
import styles from './streams.module.css';
import { StreamsTabs } from './streams-tabs.js';
import { TestDrainDialog } from './test-drain-dialog.js';

/** Where the logs of apps and sites go. */
export function DrainsPage() {
  const { t } = useTranslation(['streams', 'common']);
  const [isAdding, setAdding] = useState(false);
  const mayManage = isOffered(useMe(), 'drain.manage');
  const shuttle = useQuery(shuttleStatusQuery).data;
  const hasShuttle = shuttle !== undefined && shuttle.state !== 'not_configured';
  const add = (
    <Button variant="primary" onPress={() => setAdding(true)}>
      <Plus aria-hidden />
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} actions={mayManage && hasShuttle && add}>
      <StreamsTabs />
      <WithShuttle>
        <Drains mayManage={mayManage} />
      </WithShuttle>
      {isAdding && <NewDrainDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

type Opened = { readonly action: 'test' | 'delete'; readonly drain: Drain };

function Drains({ mayManage }: { readonly mayManage: boolean }) {
  const { t } = useTranslation('streams');
  const [params, setParams] = useSearchParams();
  const [opened, setOpened] = useState<Opened>();
  const change = useChangeDrain();
  const filters = filtersOf(params);
  const drains = useQuery(drainsQuery(filters));
  const paging = usePaging(drains.data?.nextCursor);
  const rows = drains.data?.rows ?? [];

  const act = (action: DrainAction, drain: Drain): void => {
    if (action !== 'pause') {
      setOpened({ action, drain });
      return;
    }
    const paused = !drain.paused;
    change.mutate(
      { id: drain.id, body: { paused } },
      { onSuccess: () => showToast({ text: t(paused ? 'now_paused' : 'now_resumed', { source: drain.token }) }) },
    );
  };
  const close = (): void => setOpened(undefined);
  return (
    <>
      <FilterBar
        filters={filters}
        onChange={(changed) => setParams(paramsOf({ ...filters, ...changed }), { replace: true })}
      />
      {change.error && <ProblemNotice error={change.error} />}
      {drains.isPending && <Skeleton lines={6} />}
      {drains.error && <ProblemNotice error={drains.error} onRetry={() => void drains.refetch()} />}
      {drains.data && rows.length === 0 && (
        <EmptyState title={t(isNarrowed(filters) ? 'none_found' : 'none')}>
          <p>{t(isNarrowed(filters) ? 'none_found_text' : mayManage ? 'none_text' : 'none_text_staff')}</p>
        </EmptyState>
      )}
      {drains.data && rows.length > 0 && (
        <>
          <DrainsTable drains={rows} onAction={mayManage ? act : undefined} />
          <Pager {...paging} shown={rows.length} total={drains.data.total} isTotalExact={drains.data.isTotalExact} />
        </>
      )}
      {opened?.action === 'test' && <TestDrainDialog drain={opened.drain} onClose={close} />}
      {opened?.action === 'delete' && <DeleteDrainDialog drain={opened.drain} onClose={close} />}
    </>
  );
}

interface FilterBarProps {
  readonly filters: DrainFilters;
  readonly onChange: (changed: Partial<DrainFilters>) => void;
}

function FilterBar({ filters, onChange }: FilterBarProps) {
  const { t } = useTranslation('streams');
  const [app, setApp] = useTypedFilter(filters.app, (text) => onChange({ app: text }));
  const [site, setSite] = useTypedFilter(filters.site, (text) => onChange({ site: text }));
  return (
    <search className={styles.filters}>
      <SearchField
        label={t('filter_app')}
        placeholder={t('filter_app_hint')}
        value={app}
        onChange={setApp}
        shortcut="/"
      />
      <SearchField label={t('filter_site')} placeholder={t('filter_site_hint')} value={site} onChange={setSite} />
    </search>
  );
}
