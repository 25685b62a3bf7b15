import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { Bytes, Time } from '../../components/ui/amounts.js';
import { Button } from '../../components/ui/button.js';
import { Checkbox } from '../../components/ui/checkbox.js';
import table from '../../components/ui/table.module.css';
import { platformChoicesQuery } from '../../lib/get-platforms.js';
import { ticketPath } from '../../lib/ticket-path.js';
import { useMe } from '../account/api/get-me.js';
import type { TicketFilters } from './ticket-filters.js';
import { TicketState } from './ticket-state.js';
import styles from './ticket-table.module.css';

type Ticket = Schema<'TicketView'>;
type Order = TicketFilters['order'];
type RowRef = (number: string, link: HTMLAnchorElement | null) => void;

interface TicketTableProps {
  readonly tickets: readonly Ticket[];
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
  /** Number of the row that keys act on. */
  readonly current: string | undefined;
  readonly rowRef: RowRef;
  readonly chosen: ReadonlySet<string>;
  /** Undefined where nothing can be done with a choice. */
  readonly onToggle: ((number: string) => void) | undefined;
  /** Another page is on its way. */
  readonly isStale: boolean;
}

export function TicketTable(props: TicketTableProps) {
  const { tickets, order, onOrder, current, rowRef, chosen, onToggle, isStale } = props;
  const { t } = useTranslation('tickets');
  const platforms = useQuery(platformChoicesQuery).data ?? [];
  const names = new Map(platforms.map(({ name, pretty_name }) => [name, pretty_name]));
  const sorting = { order, onOrder };
  return (
    <div className={table.scroll} aria-busy={isStale}>
      <table className={`${table.table} ${styles.tickets}`}>
        <thead>
          <tr>
            {onToggle && (
              <th>
                <span className="visually-hidden">{t('columns.select')}</span>
              </th>
            )}
            <th>{t('columns.state')}</th>
            <SortedHeader {...sorting} text={t('fields.number')} up="number" down="-number" />
            <th>{t('fields.platform')}</th>
            <th>{t('columns.files')}</th>
            <SortedHeader {...sorting} text={t('columns.updated')} down="-time_update" />
            <SortedHeader {...sorting} text={t('columns.created')} up="time_create" down="-time_create" />
            <th>{t('columns.attempts')}</th>
            <th>{t('columns.who')}</th>
          </tr>
        </thead>
        <tbody>
          {tickets.map((ticket) => (
            <TicketRow
              key={ticket.id}
              ticket={ticket}
              platform={names.get(ticket.platform) ?? ticket.platform}
              isCurrent={ticket.number === current}
              isChosen={chosen.has(ticket.number)}
              rowRef={rowRef}
              onToggle={onToggle}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface SortedHeaderProps {
  readonly text: string;
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
  readonly up?: Order;
  readonly down: Order;
}

/** A column by which the list can be sorted: first the newest or highest, then the other way round. */
function SortedHeader({ text, order, onOrder, up, down }: SortedHeaderProps) {
  const sort = order === up ? 'ascending' : order === down ? 'descending' : 'none';
  return (
    <th aria-sort={sort}>
      <Button variant="quiet" onPress={() => onOrder(order === down && up ? up : down)}>
        {text}
        {sort === 'ascending' && <ArrowUp aria-hidden />}
        {sort === 'descending' && <ArrowDown aria-hidden />}
      </Button>
    </th>
  );
}

interface TicketRowProps {
  readonly ticket: Ticket;
  readonly platform: string;
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
  readonly rowRef: RowRef;
  readonly onToggle: ((number: string) => void) | undefined;
}

const TicketRow = memo(function TicketRow(props: TicketRowProps) {
  const { ticket, platform, isCurrent, isChosen, rowRef, onToggle } = props;
  const { t } = useTranslation('tickets');
  const me = useMe();
  const { number, archives_count: count } = ticket;
  const isOpen = !ticket.resolved;
  return (
    <tr data-current={isCurrent || undefined} data-chosen={isChosen || undefined}>
      {onToggle && (
        <td className={styles.choice}>
          <Checkbox
            label={t('select.one', { number })}
            isLabelHidden
            isSelected={isChosen}
            onChange={() => onToggle(number)}
          />
        </td>
      )}
      <td data-label={t('columns.state')}>
        <TicketState ticket={ticket} />
      </td>
      <td className={styles.number}>
        <Link
          to={ticketPath(number)}
          ref={(link) => {
            rowRef(number, link);
          }}
        >
          {number}
        </Link>
      </td>
      <td data-label={t('fields.platform')}>{platform}</td>
      <td data-label={t('columns.files')} className={styles.quiet}>
        {count > 0 ? (
          <span>
            {t('files', { count })} · <Bytes value={ticket.archives_bytes} />
          </span>
        ) : (
          t('files_none')
        )}
      </td>
      <td data-label={t('columns.updated')} className={styles.quiet}>
        <Time value={ticket.time_update} />
      </td>
      <td data-label={t('columns.created')} className={styles.quiet}>
        <Time value={ticket.time_create} />
      </td>
      <td data-label={t('columns.attempts')} className={styles.quiet}>
        {isOpen && ticket.attempts !== null ? t('attempts_left', { count: ticket.attempts }) : t('attempts_closed')}
      </td>
      <td data-label={t('columns.who')} className={styles.quiet}>
        {ticket.user === me.username ? t('me') : ticket.user}
      </td>
    </tr>
  );
});
