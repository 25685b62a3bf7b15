import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { shownColumns } from '../../components/columns/column-choice.js';
import { ColumnHeader } from '../../components/columns/column-header.js';
import { ColumnTable } from '../../components/columns/column-table.js';
import { useColumnChoice } from '../../components/columns/use-columns.js';
import { Button } from '../../components/ui/button.js';
import { RowCheckbox } from '../../components/ui/row-checkbox.js';
import { platformChoicesQuery } from '../../lib/get-platforms.js';
import { ticketPath } from '../../lib/ticket-path.js';
import { useMe } from '../account/api/get-me.js';
import { type TicketColumn, ticketColumns, useTicketFacts } from './ticket-columns.js';
import type { TicketFilters } from './ticket-filters.js';
import styles from './ticket-table.module.css';
import { useRecentRise } from './use-recent-rise.js';

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
  readonly onFocusRow: (number: string) => void;
  readonly chosen: ReadonlySet<string>;
  /** Undefined where nothing can be done with a choice. */
  readonly onToggle: ((number: string) => void) | undefined;
  /** Another page is on its way. */
  readonly isStale: boolean;
}

export function TicketTable(props: TicketTableProps) {
  const { tickets, order, onOrder, current, rowRef, onFocusRow, chosen, onToggle, isStale } = props;
  const { t } = useTranslation(['tickets', 'common']);
  const platforms = useQuery(platformChoicesQuery).data ?? [];
  const names = new Map(platforms.map(({ name, pretty_name }) => [name, pretty_name]));
  const { username } = useMe();
  const [choice] = useColumnChoice('tickets');
  // The same for all rows, which are made anew only where something of them has changed.
  const columns = useMemo(() => shownColumns(ticketColumns(t), choice), [t, choice]);
  const ids = [...(onToggle ? ['select'] : []), ...columns.map(({ id }) => id)];
  return (
    <ColumnTable
      name="tickets"
      ids={ids}
      className={styles.tickets}
      label={t('common:pages.tickets')}
      isStale={isStale}
    >
      <thead>
        <tr>
          {onToggle && (
            <ColumnHeader table="tickets" id="select" isFixed>
              <span className="visually-hidden">{t('columns.select')}</span>
            </ColumnHeader>
          )}
          {columns.map((column) => (
            <TicketHeader
              key={column.id}
              column={column}
              order={order}
              onOrder={onOrder}
              isLast={column === columns.at(-1)}
            />
          ))}
        </tr>
      </thead>
      <tbody>
        {tickets.map((ticket) => (
          <TicketRow
            key={ticket.id}
            ticket={ticket}
            columns={columns}
            platform={names.get(ticket.platform) ?? ticket.platform}
            own={username}
            isCurrent={ticket.number === current}
            isChosen={chosen.has(ticket.number)}
            rowRef={rowRef}
            onFocusRow={onFocusRow}
            onToggle={onToggle}
          />
        ))}
      </tbody>
    </ColumnTable>
  );
}

interface TicketHeaderProps {
  readonly column: TicketColumn;
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
  readonly isLast: boolean;
}

function TicketHeader({ column, order, onOrder, isLast }: TicketHeaderProps) {
  const { id, text, className, down, up } = column;
  const common = { table: 'tickets', id, className, isFixed: isLast } as const;
  if (!down) return <ColumnHeader {...common}>{text}</ColumnHeader>;
  const sort = order === up ? 'ascending' : order === down ? 'descending' : 'none';
  return (
    <ColumnHeader {...common} sort={sort}>
      <Button variant="quiet" onPress={() => onOrder(order === down && up ? up : down)}>
        {text}
        {sort === 'ascending' && <ArrowUp aria-hidden />}
        {sort === 'descending' && <ArrowDown aria-hidden />}
      </Button>
    </ColumnHeader>
  );
}

interface TicketCellsProps {
  readonly ticket: Ticket;
  readonly columns: readonly TicketColumn[];
  readonly platform: string;
  /** The name of whoever is looking. */
  readonly own: string;
  readonly rowRef: RowRef;
}

interface TicketRowProps extends TicketCellsProps {
  readonly isCurrent: boolean;
  readonly onFocusRow: (number: string) => void;
  readonly isChosen: boolean;
  readonly onToggle: ((number: string) => void) | undefined;
}

const TicketRow = memo(function TicketRow({ isCurrent, onFocusRow, isChosen, onToggle, ...cells }: TicketRowProps) {
  const { t } = useTranslation('tickets');
  const { number, archives_count } = cells.ticket;
  const hasArrived = useRecentRise(archives_count);
  return (
    <tr
      data-current={isCurrent || undefined}
      data-chosen={isChosen || undefined}
      data-arrived={hasArrived || undefined}
      // The keys mean the row that one stands in, however one came there.
      onFocus={() => onFocusRow(number)}
    >
      {onToggle && (
        <td className={styles.choice}>
          <RowCheckbox label={t('select.one', { number })} isSelected={isChosen} onChange={() => onToggle(number)} />
        </td>
      )}
      <TicketCells {...cells} />
    </tr>
  );
});

/** What a row says: made anew when the ticket has changed, not when fifty of them are chosen at once. */
const TicketCells = memo(function TicketCells({ ticket, columns, platform, own, rowRef }: TicketCellsProps) {
  const factOf = useTicketFacts(own);
  const { number } = ticket;
  return columns.map(({ id, text, className }) => (
    <td key={id} data-label={id === 'number' ? undefined : text} className={className}>
      {id === 'number' ? (
        <Link
          to={ticketPath(number)}
          ref={(link) => {
            rowRef(number, link);
          }}
        >
          {number}
        </Link>
      ) : (
        factOf(id, ticket, platform)
      )}
    </td>
  ));
});
