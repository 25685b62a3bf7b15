import type { PastEvent } from '../../audit/audit-history.service.js';
import { TIMELINE_ACTIONS, TIMELINE_OUTCOMES, type TimelineAction, type TimelineEntryView } from './timeline.dto.js';

/** An upload of which nothing came for so long has lost its line. */
export const SILENT_MS = 60_000;

/** Edits that follow each other closer than this are one. */
const ONE_EDIT_MS = 10 * 60_000;

export interface SilentUpload {
  readonly id: string;
  readonly name: string;
  readonly tokenId: string;
  readonly declaredBytes: number | null;
  readonly timeUpdate: number;
}

/** How a case went, newest first: what the trail tells of it, and which uploads stand still. */
export function timelineOf(
  events: readonly PastEvent[],
  underWay: readonly SilentUpload[],
  labels: ReadonlyMap<string, string>,
  now: number,
): TimelineEntryView[] {
  // One event may have been found by what was done and by who did it.
  const unique = new Map(events.map((event) => [event.id, event]));
  const told = [...unique.values()].flatMap((event) => entryOf(event, labels) ?? []);
  const silent = underWay
    .filter(({ timeUpdate }) => now - timeUpdate > SILENT_MS)
    .map(
      (upload): TimelineEntryView => ({
        id: upload.id,
        time: new Date(upload.timeUpdate).toISOString(),
        action: 'upload.interrupted',
        actor_kind: 'customer',
        actor_name: labels.get(upload.tokenId) || null,
        name: upload.name,
        size: upload.declaredBytes,
        outcome: null,
        reason: null,
      }),
    );
  return withoutRepeats([...told, ...silent].sort((a, b) => compare(b.time, a.time) || compare(b.id, a.id)));
}

/** A note is saved as it is typed: of one person's edits in a row, the latest stands for all. */
function withoutRepeats(entries: readonly TimelineEntryView[]): TimelineEntryView[] {
  return entries.filter((entry, index) => {
    const later = entries[index - 1];
    return !(
      entry.action === 'ticket.changed' &&
      later?.action === 'ticket.changed' &&
      later.actor_name === entry.actor_name &&
      Date.parse(later.time) - Date.parse(entry.time) < ONE_EDIT_MS
    );
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function entryOf(event: PastEvent, labels: ReadonlyMap<string, string>): TimelineEntryView | undefined {
  const action = TIMELINE_ACTIONS.find((known) => known === event.action);
  if (!action || isContinuation(action, event)) return undefined;
  const { actor, target, details } = event;
  // Trails of uploads and captures point at the ticket, and have their names among the details.
  const told = action === 'upload.started' ? details.name : details.source;
  const name = target.kind === 'ticket' ? told : target.name;
  const size = action === 'archive.downloaded' ? details.of : (details.size ?? details.bytes);
  const ending = action.endsWith('.ended') ? (details.ended_by ?? details.state) : undefined;
  return {
    id: event.id,
    time: new Date(event.time).toISOString(),
    action,
    actor_kind: actor.kind === 'staff' || actor.kind === 'customer' ? actor.kind : 'system',
    actor_name: (actor.kind === 'customer' ? labels.get(actor.id ?? '') : actor.name) || null,
    name: typeof name === 'string' && name !== '' ? name : null,
    size: typeof size === 'number' ? size : null,
    outcome: TIMELINE_OUTCOMES.find((outcome) => outcome === ending) ?? null,
    reason: typeof details.error === 'string' ? details.error : null,
  };
}

/** A download that goes on after a pause, or by several connections, is one download. */
function isContinuation(action: TimelineAction, { details }: PastEvent): boolean {
  return action === 'archive.downloaded' && details.from !== 0;
}
