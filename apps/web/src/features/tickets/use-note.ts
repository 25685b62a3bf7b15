import type { Schema } from '@logs-collector/api-client/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { ApiProblem } from '../../lib/api-problem.js';
import { ticketKeys } from '../../lib/query-keys.js';
import { meQuery } from '../account/api/get-me.js';
import { ticketQuery } from './api/get-ticket.js';
import { saveNote } from './api/save-note.js';
import { type NoteDraft, NoteKeeper, type SaveFailure } from './note-keeper.js';

function failureOf(error: unknown): SaveFailure {
  if (!(error instanceof ApiProblem) || error.status >= 500 || error.status === 429) return 'offline';
  if (error.status === 412) return 'changed';
  return error.status === 401 ? 'login' : 'refused';
}

function isDraft(value: unknown): value is NoteDraft {
  return typeof value === 'object' && value !== null && 'text' in value && 'base' in value && 'version' in value;
}

/** Kept in the tab, so that it outlasts a login that has ended but not the working day. */
function storedDraft(name: string): NoteDraft | undefined {
  const stored: unknown = JSON.parse(sessionStorage.getItem(name) ?? 'null');
  return isDraft(stored) ? stored : undefined;
}

/** The note of a ticket while it is written. */
export function useNote(ticket: Schema<'TicketView'>) {
  const queries = useQueryClient();
  const { id, number, note, version } = ticket;
  // A ticket may get another number while its note is written.
  const numberNow = useRef(number);
  useEffect(() => {
    numberNow.current = number;
  }, [number]);
  const [keeper] = useState(() => {
    const name = `note-draft:${id}`;
    return new NoteKeeper(
      {
        save: async (text, upon) => {
          // Through the cache, which is told of every refusal: a login that has ended opens the dialog for it.
          const mutation = queries.getMutationCache().build(queries, { mutationFn: saveNote });
          const saved = await mutation.execute({ number: numberNow.current, note: text, version: upon });
          queries.setQueryData(ticketKeys.view(saved.number), saved);
          return saved;
        },
        read: () => queries.fetchQuery({ ...ticketQuery(numberNow.current), staleTime: 0 }),
        failureOf,
        stored: () => storedDraft(name),
        store: (draft) => {
          if (draft) sessionStorage.setItem(name, JSON.stringify(draft));
          else sessionStorage.removeItem(name);
        },
      },
      ticket,
    );
  });
  const state = useSyncExternalStore(keeper.subscribe, keeper.snapshot);
  useEffect(() => keeper.follow({ note, version }), [keeper, note, version]);
  const { dataUpdatedAt: loggedInAt } = useQuery(meQuery);
  // biome-ignore lint/correctness/useExhaustiveDependencies: who has just logged in again may save what waited for it
  useEffect(() => keeper.flush(), [keeper, loggedInAt]);
  // What is not saved when the page is left is saved now; if that fails, the draft is found when it is opened again.
  useEffect(() => {
    keeper.flush();
    return () => keeper.flush();
  }, [keeper]);
  return { keeper, state };
}
