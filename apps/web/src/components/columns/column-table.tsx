import type { CSSProperties, ReactNode } from 'react';
import table from '../ui/table.module.css';
import { UNCHANGED, widthsOf } from './column-choice.js';
import styles from './columns.module.css';
import { type TableName, useColumnChoice } from './use-columns.js';

interface ColumnTableProps {
  readonly name: TableName;
  /** Of the columns from left to right, also of those that only hold buttons. */
  readonly ids: readonly string[];
  readonly className?: string | undefined;
  readonly label?: string;
  /** What is shown is about to be replaced. */
  readonly isStale?: boolean;
  readonly children: ReactNode;
}

type Sized = CSSProperties & { readonly '--columns-width'?: string };

/** A plain table whose columns have the widths that somebody gave them; the last one takes what is left. */
export function ColumnTable({ name, ids, className, label, isStale = false, children }: ColumnTableProps) {
  const [choice] = useColumnChoice(name);
  const widths = widthsOf(ids, choice);
  const style: Sized = widths ? { '--columns-width': `${widths.reduce((sum, width) => sum + width, 0)}px` } : {};
  return (
    <div className={table.scroll} aria-busy={isStale}>
      <table
        className={`${table.table} ${widths ? styles.sized : ''} ${className ?? ''}`}
        aria-label={label}
        data-table={name}
        data-unchanged={choice === UNCHANGED || undefined}
        style={style}
      >
        {widths && (
          <colgroup>
            {ids.map((id, index) => (
              <col key={id} style={index < ids.length - 1 ? { inlineSize: widths[index] } : {}} />
            ))}
          </colgroup>
        )}
        {children}
      </table>
    </div>
  );
}
