import type { Schema } from '@logs-collector/api-client/client';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Column } from '../../components/columns/column-choice.js';
import { Bytes, Time } from '../../components/ui/amounts.js';
import type { TicketFilters } from './ticket-filters.js';
import { TicketState } from './ticket-state.js';
import styles from './ticket-table.module.css';

type Order = TicketFilters['order'];
type ColumnId = 'state' | 'number' | 'platform' | 'files' | 'updated' | 'created' | 'attempts' | 'who';

export interface TicketColumn extends Column<ColumnId> {
  /** What the list is sorted by when its head is pressed: first the newest or highest, then the other way round. */
  readonly down?: Order;
  readonly up?: Order;
  readonly className?: string | undefined;
}

/** What a list of tickets can show of each. */
export function ticketColumns(t: TFunction<'tickets'>): readonly TicketColumn[] {
  return [
    { id: 'state', text: t('columns.state') },
    {
      ...{ id: 'number', text: t('fields.number'), isNeeded: true },
      ...{ down: '-number', up: 'number', className: styles.number },
    },
    { id: 'platform', text: t('fields.platform') },
    { id: 'files', text: t('columns.files'), className: styles.quiet },
    { id: 'updated', text: t('columns.updated'), down: '-time_update', className: styles.quiet },
    {
      ...{ id: 'created', text: t('columns.created'), className: `${styles.quiet} ${styles.rarelyNeeded}` },
      ...{ down: '-time_create', up: 'time_create' },
    },
    { id: 'attempts', text: t('columns.attempts'), className: `${styles.quiet} ${styles.attempts}` },
    { id: 'who', text: t('columns.who'), className: `${styles.quiet} ${styles.last}` },
  ];
}

/** All but the number, which is a link that the row makes. */
type FactId = Exclude<ColumnId, 'number'>;

/** Says what a column shows of a ticket; `platform`: its readable name; `own`: the name of whoever is looking. */
export function useTicketFacts(own: string): (id: FactId, ticket: Schema<'TicketView'>, platform: string) => ReactNode {
  const { t } = useTranslation('tickets');
  return (id, ticket, platform) => {
    const { archives_count: count, attempts, resolved, user } = ticket;
    switch (id) {
      case 'state':
        return <TicketState ticket={ticket} />;
      case 'platform':
        return platform;
      case 'files':
        if (count === 0) return t('files_none');
        return (
          <span>
            {t('files', { count })} · <Bytes value={ticket.archives_bytes} />
          </span>
        );
      case 'updated':
        return <Time value={ticket.time_update} />;
      case 'created':
        return <Time value={ticket.time_create} />;
      case 'attempts':
        return !resolved && attempts !== null ? t('attempts_left', { count: attempts }) : t('attempts_closed');
      case 'who':
        return user === own ? t('me') : user;
    }
  };
}
