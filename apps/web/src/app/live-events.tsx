import type { Schema } from '@logs-collector/api-client/client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router-dom';
import { SHOWN_MS, showToast } from '../components/ui/toasts.js';
import { formatBytes } from '../lib/format.js';
import { ticketKeys } from '../lib/query-keys.js';
import { countedTitle, eventOf, type LiveEvent, progressed, staleKeysOf } from './live-events-rules.js';
import { listenToEvents } from './live-events-source.js';
import { paths } from './paths.js';

/** So much is collected before lists are read anew: many events may come at once. */
const PAUSE_MS = 300;

/** Keeps what is shown up to date with what happens, without reloading. Renders nothing. */
export function LiveEvents() {
  const refresh = useRefresh();
  const announce = useArrivals();
  const count = useTitleCount();
  const onMessage = useEffectEvent((type: string, data: string) => {
    const event = eventOf(type, data);
    refresh(event);
    if (type !== 'archive.received') return;
    announce(event);
    count();
  });
  useEffect(() => listenToEvents(({ type, data }) => onMessage(type, data)), []);
  return null;
}

function useRefresh(): (event: LiveEvent) => void {
  const queries = useQueryClient();
  const stale = useRef(new Map<string, readonly string[]>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const markStale = (keys: readonly (readonly string[])[]): void => {
    for (const key of keys) stale.current.set(key.join('\n'), key);
    if (keys.length === 0 || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      for (const queryKey of stale.current.values()) void queries.invalidateQueries({ queryKey });
      stale.current.clear();
    }, PAUSE_MS);
  };
  return (event) => {
    if (event.type === 'reset') {
      void queries.invalidateQueries();
      return;
    }
    if (event.type !== 'upload.progress') {
      markStale(staleKeysOf(event));
      return;
    }
    const queryKey = ticketKeys.uploads(event.ticket);
    const uploads = queries.getQueryData<Schema<'UploadView'>[]>(queryKey);
    const moved = uploads && progressed(uploads, event);
    if (moved) queries.setQueryData(queryKey, moved);
    else if (uploads) markStale([queryKey]);
  };
}

/** One quiet toast for all that arrives while it is shown. */
function useArrivals(): (event: LiveEvent) => void {
  const { t, i18n } = useTranslation('palette');
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const shown = useRef({ until: 0, close: (): void => undefined, files: 0, bytes: 0, tickets: new Set<string>() });
  return ({ ticket, size }) => {
    const now = Date.now();
    const before = shown.current.until > now ? shown.current : { files: 0, bytes: 0, tickets: new Set<string>() };
    const tickets = new Set([...before.tickets, ticket]);
    const sum = { files: before.files + 1, bytes: before.bytes + (size ?? 0), tickets };
    shown.current.close();
    const target = tickets.size === 1 ? paths.ticket.href(ticket) : paths.tickets.href();
    const close = showToast({
      text: t('arrived', {
        count: sum.files,
        tickets: tickets.size === 1 ? ticket : t('more_tickets', { count: tickets.size }),
        size: formatBytes(sum.bytes, i18n.language),
      }),
      ...(pathname !== target && { action: { text: t('open'), onAction: () => void navigate(target) } }),
    });
    shown.current = { ...sum, until: now + SHOWN_MS, close };
  };
}

/** Counts arrivals in the tab's title while another tab is in front. */
function useTitleCount(): () => void {
  const count = useRef(0);
  const show = (): void => {
    document.title = countedTitle(document.title, count.current);
  };
  useEffect(() => {
    const onVisible = (): void => {
      if (document.hidden) return;
      count.current = 0;
      document.title = countedTitle(document.title, 0);
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, []);
  return () => {
    if (!document.hidden) return;
    count.current += 1;
    show();
  };
}
