import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { SearchField } from '../../components/ui/search-field.js';
import { Select } from '../../components/ui/select.js';
import { platformChoicesQuery } from '../../lib/get-platforms.js';
import { ticketPath } from '../../lib/ticket-path.js';
import { useTypedFilter } from '../../lib/use-typed-filter.js';
import { ticketQuery } from './api/get-ticket.js';
import styles from './ticket-filter-bar.module.css';
import { ORDERS, PERIODS, STATES, type TicketFilters } from './ticket-filters.js';

interface TicketFilterBarProps {
  readonly filters: TicketFilters;
  /** `replace`: no entry of its own in the history. */
  readonly onChange: (changed: Partial<TicketFilters>, replace?: boolean) => void;
  readonly searchRef: Ref<HTMLInputElement>;
}

export function TicketFilterBar({ filters, onChange, searchRef }: TicketFilterBarProps) {
  const { t } = useTranslation('tickets');
  const platforms = useQuery(platformChoicesQuery);
  const platformOptions = [
    { id: '', text: t('filter.any_platform') },
    ...(platforms.data ?? []).map(({ name, pretty_name }) => ({ id: name, text: pretty_name })),
  ];
  return (
    <search className={styles.bar}>
      <TicketSearch value={filters.search} onChange={(search) => onChange({ search }, true)} searchRef={searchRef} />
      <Select
        label={t('fields.platform')}
        isLabelHidden
        options={platformOptions}
        value={filters.platform ?? ''}
        onChange={(name) => onChange({ platform: name === '' ? undefined : name })}
      />
      <Select
        label={t('filter.state')}
        isLabelHidden
        options={STATES.map((id) => ({ id, text: t(`filter.${id}`) }))}
        value={filters.state}
        onChange={(state) => onChange({ state })}
      />
      <Select
        label={t('filter.whose')}
        isLabelHidden
        options={(['all', 'mine'] as const).map((id) => ({ id, text: t(`filter.whose_${id}`) }))}
        value={filters.isMine ? 'mine' : 'all'}
        onChange={(whose) => onChange({ isMine: whose === 'mine' })}
      />
      <Select
        label={t('filter.period')}
        isLabelHidden
        options={PERIODS.map((id) => ({ id, text: t(`filter.period_${id}`) }))}
        value={filters.period}
        onChange={(period) => onChange({ period })}
      />
      <div className={styles.order}>
        <Select
          label={t('filter.order')}
          isLabelHidden
          options={ORDERS.map((id) => ({ id, text: t(`order.${id}`) }))}
          value={filters.order}
          onChange={(order) => onChange({ order })}
        />
      </div>
    </search>
  );
}

interface TicketSearchProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly searchRef: Ref<HTMLInputElement>;
}

/** Searches while one types; Enter on the exact number of a ticket opens it. */
function TicketSearch({ value, onChange, searchRef }: TicketSearchProps) {
  const { t } = useTranslation('tickets');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [typed, setTyped] = useTypedFilter(value, onChange);
  const openExact = async (number: string): Promise<void> => {
    const found = await queries.fetchQuery({ ...ticketQuery(number), retry: false }).catch(() => undefined);
    if (found) await navigate(ticketPath(number));
  };
  return (
    <SearchField
      label={t('filter.search')}
      placeholder={t('filter.search_hint')}
      value={typed}
      onChange={setTyped}
      onSubmit={(text) => {
        if (/^[\w.-]+$/.test(text.trim())) void openExact(text.trim());
      }}
      inputRef={searchRef}
      shortcut="/"
    />
  );
}
