import { useSyncExternalStore } from 'react';

let isOpen = false;
const listeners = new Set<() => void>();

function setOpen(value: boolean): void {
  isOpen = value;
  for (const listener of listeners) listener();
}

export function openNewTicket(): void {
  setOpen(true);
}

export function closeNewTicket(): void {
  setOpen(false);
}

/** Whether the dialog for a new ticket is open; any page, key or command opens it. */
export function useNewTicketOpen(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isOpen,
  );
}
