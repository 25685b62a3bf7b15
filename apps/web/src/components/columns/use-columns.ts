import { useContext, useMemo, useSyncExternalStore } from 'react';
import { COLUMNS_PREFIX } from '../../lib/end-login.js';
import { type ColumnChoice, parseChoice, UNCHANGED } from './column-choice.js';
import { ColumnsOwner } from './columns-owner.js';

/** Tables whose columns can be chosen. */
export type TableName = 'tickets' | 'archives' | 'ticket-archives';

const listeners = new Set<() => void>();

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  // Another tab has changed them.
  window.addEventListener('storage', changed);
  return () => {
    listeners.delete(changed);
    window.removeEventListener('storage', changed);
  };
}

/** What this person made of the columns of a table, and how to change it; kept in this browser. */
export function useColumnChoice(table: TableName): [ColumnChoice, (choice: ColumnChoice) => void] {
  const name = `${COLUMNS_PREFIX}${useContext(ColumnsOwner)}:${table}`;
  const stored = useSyncExternalStore(subscribe, () => localStorage.getItem(name));
  const choice = useMemo(() => parseChoice(stored), [stored]);
  const choose = (chosen: ColumnChoice): void => {
    if (chosen === UNCHANGED) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(chosen));
    for (const listener of listeners) listener();
  };
  return [choice, choose];
}
