import { useTranslation } from 'react-i18next';
import { Button } from '../../components/ui/button.js';
import { EmptyState } from '../../components/ui/empty-state.js';
import { openNewTicket } from './new-ticket-state.js';
import { DEFAULTS, isNarrowed, type TicketFilters } from './ticket-filters.js';

interface NoTicketsProps {
  readonly filters: TicketFilters;
  readonly onClear: (filters: TicketFilters) => void;
  readonly mayCreate: boolean;
}

/** An empty list says why it is empty and what comes next. */
export function NoTickets({ filters, onClear, mayCreate }: NoTicketsProps) {
  const { t } = useTranslation('tickets');
  if (isNarrowed(filters) || filters.state === 'resolved') {
    return (
      <EmptyState title={t('empty.narrowed')}>
        <p>{t('empty.narrowed_text')}</p>
        <Button onPress={() => onClear({ ...DEFAULTS, state: 'all', order: filters.order })}>
          {t('empty.show_all')}
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState title={t('empty.none')}>
      <p>{t('empty.none_text')}</p>
      {mayCreate && (
        <Button variant="primary" onPress={openNewTicket}>
          {t('new.button')}
        </Button>
      )}
      {filters.state === 'open' && (
        <Button variant="quiet" onPress={() => onClear({ ...DEFAULTS, state: 'all' })}>
          {t('empty.show_all')}
        </Button>
      )}
    </EmptyState>
  );
}
