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
  /**
   * For hundreds of rows: those out of sight are neither styled nor laid out, and no column changes as others come.
   * The class says in `--track-<id>` how wide each column is as long as nobody has moved one.
   */
  readonly isLong?: boolean;
  readonly children: ReactNode;
}

type Sized = CSSProperties & { readonly '--columns-width'?: string; readonly '--tracks'?: string };

/** A plain table whose columns have the widths that somebody gave them; the last one takes what is left. */
export function ColumnTable(props: ColumnTableProps) {
  const { name, ids, className, label, isStale = false, isLong = false, children } = props;
  const [choice] = useColumnChoice(name);
  const widths = widthsOf(ids, choice);
  const style: Sized = {
    ...(widths && { '--columns-width': `${widths.reduce((sum, width) => sum + width, 0)}px` }),
    ...(isLong && { '--tracks': tracksOf(ids, widths) }),
  };
  return (
    <div className={table.scroll} aria-busy={isStale}>
      <table
        className={`${table.table} ${widths ? styles.sized : ''} ${isLong ? styles.long : ''} ${className ?? ''}`}
        aria-label={label}
        data-table={name}
        data-unchanged={choice === UNCHANGED || undefined}
        style={style}
      >
        {widths && !isLong && (
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

/** The tracks of a row's grid. */
function tracksOf(ids: readonly string[], widths: readonly number[] | undefined): string {
  if (!widths) return ids.map((id) => `var(--track-${id})`).join(' ');
  return widths.map((width, index) => (index < ids.length - 1 ? `${width}px` : `minmax(${width}px, 1fr)`)).join(' ');
}
