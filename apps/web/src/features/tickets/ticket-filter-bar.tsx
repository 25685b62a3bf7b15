import { useQuery, useQueryClient } from '@tanstack/react-query';
import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { Button } from '../../components/ui/button.js';
import { NativeSelect } from '../../components/ui/native-select.js';
import { SearchField } from '../../components/ui/search-field.js';
import { platformChoicesQuery } from '../../lib/get-platforms.js';
import { ticketPath } from '../../lib/ticket-path.js';
import { useTypedFilter } from '../../lib/use-typed-filter.js';
import { ticketQuery } from './api/get-ticket.js';
import styles from './ticket-filter-bar.module.css';
import { countNarrowing, ORDERS, PERIODS, STATES, type TicketFilters } from './ticket-filters.js';

interface TicketFilterBarProps {
  readonly filters: TicketFilters;
  /** `replace`: no entry of its own in the history. */
  readonly onChange: (changed: Partial<TicketFilters>, replace?: boolean) => void;
}

export function TicketFilterBar({ filters, onChange }: TicketFilterBarProps) {
  const { t } = useTranslation('tickets');
  const platforms = useQuery(platformChoicesQuery);
  const [isOpen, setOpen] = useState(false);
  const narrowing = countNarrowing(filters);
  const platformOptions = [
    { id: '', text: t('filter.any_platform') },
    ...(platforms.data ?? []).map(({ name, pretty_name }) => ({ id: name, text: pretty_name })),
  ];
  return (
    <search className={styles.bar} data-open={isOpen || undefined}>
      <TicketSearch value={filters.search} onChange={(search) => onChange({ search }, true)} />
      <span className={styles.toggle}>
        <Button aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
          <SlidersHorizontal aria-hidden />
          {narrowing > 0 ? t('filter.button_narrowing', { number: narrowing }) : t('filter.button')}
        </Button>
      </span>
      <NativeSelect
        label={t('fields.platform')}
        isFramed
        choices={platformOptions}
        value={filters.platform ?? ''}
        onChange={(name) => onChange({ platform: name === '' ? undefined : name })}
      />
      <NativeSelect
        label={t('filter.state')}
        isFramed
        choices={STATES.map((id) => ({ id, text: t(`filter.${id}`) }))}
        value={filters.state}
        onChange={(state) => onChange({ state })}
      />
      <NativeSelect
        label={t('filter.whose')}
        isFramed
        choices={(['all', 'mine'] as const).map((id) => ({ id, text: t(`filter.whose_${id}`) }))}
        value={filters.isMine ? 'mine' : 'all'}
        onChange={(whose) => onChange({ isMine: whose === 'mine' })}
      />
      <NativeSelect
        label={t('filter.period')}
        isFramed
        choices={PERIODS.map((id) => ({ id, text: t(`filter.period_${id}`) }))}
        value={filters.period}
        onChange={(period) => onChange({ period })}
      />
      <div className={styles.order}>
        <NativeSelect
          label={t('filter.order')}
          isFramed
          choices={ORDERS.map((id) => ({ id, text: t(`order.${id}`) }))}
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
}

/** Searches while one types; Enter on the exact number of a ticket opens it. */
function TicketSearch({ value, onChange }: TicketSearchProps) {
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
      shortcut="/"
    />
  );
}
