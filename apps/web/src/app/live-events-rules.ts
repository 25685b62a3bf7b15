import { archiveKeys, ticketKeys } from '../lib/query-keys.js';

/** What the server tells of, as far as the pages need it (apps/api/src/common/events/event-sink.ts). */
export interface LiveEvent {
  readonly type: string;
  readonly ticket: string;
  readonly time: string;
  readonly upload: string | undefined;
  readonly offset: number | undefined;
  readonly size: number | undefined;
}

export function eventOf(type: string, data: string): LiveEvent {
  const facts: Record<string, unknown> = JSON.parse(data);
  const text = (name: string): string | undefined => (typeof facts[name] === 'string' ? facts[name] : undefined);
  const number = (name: string): number | undefined => (typeof facts[name] === 'number' ? facts[name] : undefined);
  return {
    type,
    ticket: text('ticket') ?? '',
    time: text('time') ?? '',
    upload: text('upload'),
    offset: number('offset'),
    size: number('size'),
  };
}

type Keys = readonly (readonly string[])[];

const STORAGE = ['storage'] as const;

/** Which answers an event has made out of date. Tokens are read anew only where their attempts changed: reading is recorded. */
export function staleKeysOf({ type, ticket }: LiveEvent): Keys {
  const { lists, view, tokens, uploads, timeline, captures, replays } = ticketKeys;
  switch (type) {
    case 'ticket.created':
    case 'ticket.changed':
      return [lists, view(ticket), timeline(ticket)];
    case 'ticket.deleted':
      return [lists, view(ticket), archiveKeys.lists, STORAGE];
    case 'upload.started':
      return [uploads(ticket), timeline(ticket)];
    case 'archive.received':
      return [lists, archiveKeys.lists, STORAGE, view(ticket), tokens(ticket), uploads(ticket), timeline(ticket)];
    case 'archive.deleted':
      return [lists, archiveKeys.lists, STORAGE, view(ticket), timeline(ticket)];
    case 'capture.started':
    case 'capture.ended':
      return [captures(ticket), timeline(ticket)];
    case 'capture.progress':
      return [captures(ticket)];
    case 'replay.started':
    case 'replay.ended':
      return [replays(ticket), timeline(ticket)];
    case 'replay.progress':
      return [replays(ticket)];
    default:
      return [];
  }
}

interface UnderWay {
  readonly id: string;
  readonly offset: number;
  readonly size: number | null;
  readonly time_update: string;
}

/** Uploads under way after one of them has told how far it is; undefined where it is not among them. */
export function progressed<Upload extends UnderWay>(
  uploads: readonly Upload[],
  { upload: id, offset, size, time }: LiveEvent,
): Upload[] | undefined {
  if (!uploads.some((upload) => upload.id === id)) return undefined;
  return uploads.map((upload) =>
    upload.id === id
      ? // Events may overtake the answer to a question that was asked before them.
        { ...upload, offset: Math.max(upload.offset, offset ?? 0), size: size ?? upload.size, time_update: time }
      : upload,
  );
}

const COUNTED = /^\(\d+\) /;

/** The tab's title with how much has arrived while nobody looked. */
export function countedTitle(title: string, count: number): string {
  const plain = title.replace(COUNTED, '');
  return count > 0 ? `(${count}) ${plain}` : plain;
}
