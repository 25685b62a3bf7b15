import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router-dom';
import { ArchiveColumnsButton, ArchiveTable } from '../../components/archives/archive-table.js';
import { LockedNotice } from '../../components/archives/locked-notice.js';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Button } from '../../components/ui/button.js';
import { EmptyState } from '../../components/ui/empty-state.js';
import { NativeSelect } from '../../components/ui/native-select.js';
import { Page } from '../../components/ui/page.js';
import { Pager } from '../../components/ui/pager.js';
import { SearchField } from '../../components/ui/search-field.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { accessOf } from '../../lib/access.js';
import { platformChoicesQuery } from '../../lib/get-platforms.js';
import { usePaging } from '../../lib/use-paging.js';
import { useTypedFilter } from '../../lib/use-typed-filter.js';
import { useMe } from '../account/api/get-me.js';
import { archivesQuery } from './api/get-archives.js';
import { type ArchiveFilters, filtersOf, isNarrowed, paramsOf } from './archive-filters.js';
import styles from './archives-page.module.css';

/** Everything that has arrived, whatever the ticket. */
export function ArchivesPage() {
  const { t } = useTranslation(['archives', 'common']);
  const me = useMe();
  const [params, setParams] = useSearchParams();
  const filters = filtersOf(params);
  const archives = useQuery(archivesQuery(filters));
  const paging = usePaging(archives.data?.nextCursor);
  const download = accessOf(me, 'archive.download');
  const rows = archives.data?.rows ?? [];
  return (
    <Page title={t('common:pages.archives')} actions={<ArchiveColumnsButton withTicket />}>
      <FilterBar
        filters={filters}
        onChange={(changed, replace = true) => setParams(paramsOf({ ...filters, ...changed }), { replace })}
      />
      <LockedNotice access={download} />
      {archives.isPending && <Skeleton lines={10} />}
      {archives.error && <ProblemNotice error={archives.error} onRetry={() => void archives.refetch()} />}
      {archives.data && rows.length === 0 && (
        <EmptyState title={t(isNarrowed(filters) ? 'empty.narrowed' : 'empty.none')}>
          <p>{t(isNarrowed(filters) ? 'empty.narrowed_text' : 'empty.none_text')}</p>
          {isNarrowed(filters) && <Button onPress={() => setParams({})}>{t('empty.show_all')}</Button>}
        </EmptyState>
      )}
      {archives.data && rows.length > 0 && (
        <>
          <ArchiveTable archives={rows} download={download} deletion={accessOf(me, 'archive.delete')} withTicket />
          <Pager
            {...paging}
            shown={rows.length}
            total={archives.data.total}
            isTotalExact={archives.data.isTotalExact}
          />
        </>
      )}
    </Page>
  );
}

interface FilterBarProps {
  readonly filters: ArchiveFilters;
  /** `replace`: no entry of its own in the history. */
  readonly onChange: (changed: Partial<ArchiveFilters>, replace?: boolean) => void;
}

function FilterBar({ filters, onChange }: FilterBarProps) {
  const { t } = useTranslation('archives');
  const platforms = useQuery(platformChoicesQuery);
  const [name, setName] = useTypedFilter(filters.name, (text) => onChange({ name: text }));
  const [ticket, setTicket] = useTypedFilter(filters.ticket, (text) => onChange({ ticket: text }));
  const [sha256, setSha256] = useTypedFilter(filters.sha256, (text) => onChange({ sha256: text }));
  return (
    <search className={styles.bar}>
      <SearchField
        label={t('filter.name')}
        placeholder={t('filter.name_hint')}
        value={name}
        onChange={setName}
        shortcut="/"
      />
      <SearchField label={t('filter.ticket')} placeholder={t('filter.ticket')} value={ticket} onChange={setTicket} />
      <SearchField label={t('filter.sha256')} placeholder={t('filter.sha256')} value={sha256} onChange={setSha256} />
      <NativeSelect
        label={t('platform')}
        isFramed
        choices={[
          { id: '', text: t('filter.any_platform') },
          ...(platforms.data ?? []).map(({ name: id, pretty_name }) => ({ id, text: pretty_name })),
        ]}
        value={filters.platform}
        onChange={(platform) => onChange({ platform }, false)}
      />
    </search>
  );
}
