import type { Schema } from '@logs-collector/api-client/client';
import { api, bodyOf } from '../../../lib/api.js';

export interface NoteToSave {
  readonly number: string;
  readonly note: string;
  /** Of the ticket that the note was written upon. */
  readonly version: number;
}

/** Writes the note unless the ticket was edited since (412). */
export function saveNote({ number, note, version }: NoteToSave): Promise<Schema<'TicketView'>> {
  return bodyOf(
    api.PATCH('/api/v1/tickets/{number}', {
      params: { path: { number }, header: { 'If-Match': `"${version}"` } },
      body: { note },
    }),
  );
}
