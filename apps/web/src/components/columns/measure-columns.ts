import type { TableName } from './use-columns.js';

/** How wide the columns of a table on this page are now, in CSS pixels. */
export function measureColumns(table: TableName): Record<string, number> {
  const headers = document.querySelectorAll<HTMLElement>(`table[data-table="${table}"] th[data-column]`);
  return Object.fromEntries(
    [...headers].map((header) => [header.dataset.column ?? '', Math.round(header.getBoundingClientRect().width)]),
  );
}
