import type { Schema } from '@logs-collector/api-client/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { NavigationType, useNavigate, useNavigationType } from 'react-router-dom';
import { ticketPath } from '../../lib/ticket-path.js';
import { useShortcuts } from '../../lib/use-shortcuts.js';
import { useCopyUploadLink } from './use-upload-link.js';

type Ticket = Schema<'TicketView'>;

interface ListActions {
  readonly onSelect?: (ticket: Ticket) => void;
  readonly onResolve?: (ticket: Ticket) => void;
}

/** The row that was left, for whoever comes back by the browser's Back. */
let leftAt: string | undefined;

/** Moving through a list of tickets and acting on one by single keys. The current row is the one that has or had the focus. */
export function useListKeys(tickets: readonly Ticket[], { onSelect, onResolve }: ListActions) {
  const isBack = useNavigationType() === NavigationType.Pop;
  const [current, setCurrent] = useState(isBack ? leftAt : undefined);
  const links = useRef(new Map<string, HTMLAnchorElement>());
  const navigate = useNavigate();
  const copyLink = useCopyUploadLink();
  const index = tickets.findIndex(({ number }) => number === current);
  const ticket = tickets[index];

  const rowRef = useCallback((number: string, link: HTMLAnchorElement | null): void => {
    if (link) links.current.set(number, link);
    else links.current.delete(number);
  }, []);
  const lastIndex = useRef(0);
  useEffect(() => {
    if (index !== -1) lastIndex.current = index;
    const next = tickets[Math.min(lastIndex.current, tickets.length - 1)];
    if (index !== -1 || current === undefined || !next) return;
    // Resolved or deleted: the keys go on with the one that took its place.
    setCurrent(next.number);
    if (document.activeElement === document.body) links.current.get(next.number)?.focus({ preventScroll: true });
  }, [tickets, index, current]);
  useEffect(() => {
    leftAt = current;
  }, [current]);
  const hasRows = tickets.length > 0;
  const backAt = useRef(current);
  useEffect(() => {
    const link = backAt.current === undefined ? undefined : links.current.get(backAt.current);
    if (!hasRows || !link) return;
    backAt.current = undefined;
    link.focus({ preventScroll: true });
    link.closest('tr')?.scrollIntoView({ block: 'nearest' });
  }, [hasRows]);
  const move = (step: 1 | -1): void => {
    const next = tickets[index === -1 ? 0 : Math.min(tickets.length - 1, Math.max(0, index + step))];
    if (!next) return;
    setCurrent(next.number);
    const link = links.current.get(next.number);
    link?.focus({ preventScroll: true });
    link?.closest('tr')?.scrollIntoView({ block: 'nearest' });
  };
  const open = (): void => {
    if (ticket) void navigate(ticketPath(ticket.number));
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    o: open,
    x: () => ticket && onSelect?.(ticket),
    r: () => ticket && onResolve?.(ticket),
    y: () => ticket && void copyLink(ticket.number),
  });
  return { current, rowRef, onFocusRow: setCurrent };
}
