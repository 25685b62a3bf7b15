import type { CSSProperties, ReactNode } from 'react';

/** Fewer than a window shows: whatever opens above the list has all that are in sight styled anew. */
const GROUP = 10;

/** A long list in parts, each for a `RowGroup`. */
export function rowGroups<Row>(
  rows: readonly Row[],
): readonly { readonly start: number; readonly rows: readonly Row[] }[] {
  return Array.from({ length: Math.ceil(rows.length / GROUP) }, (_, index) => {
    const start = index * GROUP;
    return { start, rows: rows.slice(start, start + GROUP) };
  });
}

type Sized = CSSProperties & { readonly '--rows': number };

interface RowGroupProps {
  /** How many there are, from which the room is guessed that they take while they are out of sight. */
  readonly rows: number;
  readonly children: ReactNode;
}

/** Some rows of a long `ColumnTable` that are passed over together while they are out of sight: by styling too, which a row alone never is. */
export function RowGroup({ rows, children }: RowGroupProps) {
  const style: Sized = { '--rows': rows };
  return <tbody style={style}>{children}</tbody>;
}
