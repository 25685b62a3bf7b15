import { detectTimestamp } from '@logs-collector/shuttle/parse/timestamp-detector';
import type { Destination, LogRecord } from '@logs-collector/shuttle/record';
import { problems } from '../http/problem.js';

/** What is the same for all lines of a request. */
export interface LineFacts {
  /** The number of the ticket from whose archive they come. */
  readonly ticket: string | undefined;
  /** Epoch ms: about when they were written. */
  readonly nearMs: number;
}

const MAX_LINES = 20_000;
/** As the API numbers tickets; it fits into every packet. */
const TICKET = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const PROCESS = 'replay';
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = '\r';

/** Numbers of records that Kafka does not have: they grow, and two starts of the process give none twice. */
let nextOffset = 0;

/** `?ticket=&written_at=` (RFC 3339) */
export function factsIn(query: unknown, nowMs: number): LineFacts {
  const { ticket, written_at } = query as Record<string, unknown>;
  if (ticket !== undefined && (typeof ticket !== 'string' || !TICKET.test(ticket))) {
    throw problems.badRequest('ticket must be the number of a ticket.');
  }
  const nearMs =
    written_at === undefined ? nowMs : typeof written_at === 'string' ? Date.parse(written_at) : Number.NaN;
  if (Number.isNaN(nearMs)) throw problems.badRequest('written_at must be a time.');
  return { ticket, nearMs };
}

/** Refuses a body with more lines than a request may have, before any of them is sent. */
export function requireFew(body: Buffer): void {
  let lines = 0;
  for (let at = body.indexOf(LINE_FEED); at >= 0; at = body.indexOf(LINE_FEED, at + 1)) {
    lines += 1;
    if (lines > MAX_LINES) throw problems.badRequest(`A request may have ${MAX_LINES} lines.`);
  }
}

/**
 * The records of a body of lines as a log has them, each made when it is asked for: with the time that the line carries, that
 * of the arrival where it carries none. Line ends are LF or CRLF; what is no UTF-8 becomes U+FFFD.
 */
export function* recordsIn(
  body: Buffer,
  destination: Destination,
  { ticket, nearMs }: LineFacts,
  nowMs: number,
): Generator<LogRecord> {
  const arrival = new Date(nowMs).toISOString();
  const all = body.toString('utf8');
  nextOffset = Math.max(nextOffset, nowMs * 1_000);
  for (let from = 0; from < all.length; ) {
    const feed = all.indexOf('\n', from);
    const next = feed < 0 ? all.length : feed + 1;
    const end = feed < 0 ? all.length : feed;
    const text = all.slice(from, all[end - 1] === CARRIAGE_RETURN && end > from ? end - 1 : end);
    from = next;
    nextOffset += 1;
    yield {
      destination,
      process: PROCESS,
      severity: 'info',
      time: detectTimestamp(text, nearMs) ?? arrival,
      tag: PROCESS,
      text,
      position: { topic: '_replay', partition: 0, offset: nextOffset },
      ...(ticket === undefined ? undefined : { ticket }),
    };
  }
}
