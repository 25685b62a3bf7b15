import { type PointerEvent, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { withWidth } from './column-choice.js';
import styles from './columns.module.css';
import { measureColumns } from './measure-columns.js';
import { type TableName, useColumnChoice } from './use-columns.js';

interface ColumnHeaderProps {
  readonly table: TableName;
  readonly id: string;
  readonly className?: string | undefined;
  /** How the list is sorted by this column; left out where it cannot be. */
  readonly sort?: 'ascending' | 'descending' | 'none';
  /** Holds no text, or is the last: nothing to drag. */
  readonly isFixed?: boolean;
  readonly children: ReactNode;
}

/** The head of a column. Its edge can be dragged; without a pointer, the list of columns has a slider for the same. */
export function ColumnHeader({ table, id, className, sort, isFixed = false, children }: ColumnHeaderProps) {
  return (
    <th scope="col" data-column={id} aria-sort={sort} className={`${styles.header} ${className ?? ''}`}>
      {children}
      {!isFixed && <Edge table={table} id={id} />}
    </th>
  );
}

interface Drag {
  readonly from: number;
  readonly measured: Readonly<Record<string, number>>;
}

function Edge({ table, id }: Pick<ColumnHeaderProps, 'table' | 'id'>) {
  const { t } = useTranslation();
  const [choice, choose] = useColumnChoice(table);
  const drag = useRef<Drag>(undefined);
  const begin = (event: PointerEvent<HTMLElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { from: event.clientX, measured: measureColumns(table) };
  };
  const move = ({ clientX }: PointerEvent): void => {
    if (!drag.current) return;
    const { from, measured } = drag.current;
    choose(withWidth(choice, id, (measured[id] ?? 0) + clientX - from, measured));
  };
  const end = (): void => {
    drag.current = undefined;
  };
  return (
    <span
      aria-hidden
      title={t('columns.drag')}
      className={styles.edge}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
    />
  );
}
