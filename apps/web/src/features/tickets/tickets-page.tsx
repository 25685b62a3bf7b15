import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router-dom';
import { ColumnsButton } from '../../components/columns/columns-button.js';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Button } from '../../components/ui/button.js';
import { Page } from '../../components/ui/page.js';
import { Pager } from '../../components/ui/pager.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { Tip } from '../../components/ui/tip.js';
import { accessOf } from '../../lib/access.js';
import { usePaging } from '../../lib/use-paging.js';
import { useMe } from '../account/api/get-me.js';
import { ticketsQuery } from './api/get-tickets.js';
import { openNewTicket } from './new-ticket-state.js';
import { NoTickets } from './no-tickets.js';
import { SelectionBar } from './selection-bar.js';
import { ticketColumns } from './ticket-columns.js';
import { TicketFilterBar } from './ticket-filter-bar.js';
import { filtersOf, paramsOf, type TicketFilters } from './ticket-filters.js';
import { TicketTable } from './ticket-table.js';
import styles from './tickets-page.module.css';
import { useListKeys } from './use-list-keys.js';
import { useResolve } from './use-resolve.js';

const NONE: ReadonlySet<string> = new Set();

export function TicketsPage() {
  const { t } = useTranslation(['tickets', 'common']);
  const me = useMe();
  const [params, setParams] = useSearchParams();
  const filters = filtersOf(params);
  const tickets = useQuery(ticketsQuery(filters, me.username));
  const paging = usePaging(tickets.data?.nextCursor);
  const resolve = useResolve();
  const [chosen, setChosen] = useState(NONE);
  const mayEdit = accessOf(me, 'ticket.edit') === 'open';
  const rows = tickets.data?.rows ?? [];
  // What is no longer in the list is no longer chosen.
  const selected = rows.filter(({ number }) => chosen.has(number));

  const setFilters = (changed: Partial<TicketFilters>, replace = false): void =>
    setParams(paramsOf({ ...filters, ...changed }), { replace });
  const toggle = useCallback(
    (number: string): void =>
      setChosen(
        (numbers) =>
          new Set(numbers.has(number) ? [...numbers].filter((other) => other !== number) : [...numbers, number]),
      ),
    [],
  );
  const columns = useMemo(() => ticketColumns(t), [t]);
  const setResolved = (affected: typeof rows, resolved: boolean): void => {
    const numbers = affected.filter((ticket) => ticket.resolved !== resolved).map(({ number }) => number);
    resolve(numbers, resolved);
    setChosen(NONE);
  };
  const { current, rowRef, onFocusRow } = useListKeys(rows, {
    ...(mayEdit && {
      onSelect: (ticket) => toggle(ticket.number),
      onResolve: (ticket) => {
        const affected = selected.length > 0 ? selected : [ticket];
        setResolved(
          affected,
          affected.some(({ resolved }) => !resolved),
        );
      },
    }),
  });

  const newTicket = mayEdit && (
    <Tip text={t('new.button')} shortcut="c">
      <Button variant="primary" onPress={openNewTicket} aria-keyshortcuts="c">
        <Plus aria-hidden />
        {t('new.button')}
      </Button>
    </Tip>
  );
  return (
    <Page title={t('common:pages.tickets')} actions={newTicket}>
      <TicketFilterBar filters={filters} onChange={setFilters} />
      {tickets.isPending && <Skeleton lines={10} />}
      {tickets.error && <ProblemNotice error={tickets.error} onRetry={() => void tickets.refetch()} />}
      {tickets.data && rows.length === 0 && <NoTickets filters={filters} onClear={setFilters} mayCreate={mayEdit} />}
      {tickets.data && rows.length > 0 && (
        <>
          <div className={styles.toolbar}>
            {mayEdit && (
              <SelectionBar
                selected={selected}
                isAll={selected.length === rows.length}
                onAll={(isAll) => setChosen(isAll ? new Set(rows.map(({ number }) => number)) : NONE)}
                onResolve={setResolved}
              />
            )}
            <span className={styles.columns}>
              <ColumnsButton table="tickets" columns={columns} />
            </span>
          </div>
          <TicketTable
            tickets={rows}
            order={filters.order}
            onOrder={(order) => setFilters({ order })}
            current={current}
            rowRef={rowRef}
            onFocusRow={onFocusRow}
            chosen={chosen}
            onToggle={mayEdit ? toggle : undefined}
            isStale={tickets.isPlaceholderData}
          />
          <Pager {...paging} shown={rows.length} total={tickets.data.total} isTotalExact={tickets.data.isTotalExact} />
        </>
      )}
    </Page>
  );
}
