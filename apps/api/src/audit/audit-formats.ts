import { stringify } from 'csv-stringify/sync';
import type { AuditEventView } from './audit.dto.js';

const COLUMNS = [
  ...['time', 'action', 'actor_kind', 'actor_name', 'actor_id', 'target_kind', 'target_name', 'target_id'],
  ...['address', 'agent', 'request_id', 'details', 'id'],
] as const satisfies readonly (keyof AuditEventView)[];

export interface AuditLines {
  readonly mediaType: string;
  readonly lines: AsyncGenerator<string>;
}

/** The trail as JSON lines, or as CSV (RFC 4180) whose cells no spreadsheet takes for formulas. */
export function auditLines(events: AsyncIterable<AuditEventView>, format: 'jsonl' | 'csv'): AuditLines {
  return format === 'jsonl'
    ? { mediaType: 'application/jsonl; charset=utf-8', lines: jsonLines(events) }
    : { mediaType: 'text/csv; charset=utf-8; header=present', lines: csvLines(events) };
}

async function* jsonLines(events: AsyncIterable<AuditEventView>): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
}

async function* csvLines(events: AsyncIterable<AuditEventView>): AsyncGenerator<string> {
  yield csvRow([...COLUMNS]);
  for await (const event of events) {
    yield csvRow(COLUMNS.map((column) => (column === 'details' ? JSON.stringify(event.details) : event[column])));
  }
}

function csvRow(cells: readonly (string | null | Record<string, unknown>)[]): string {
  return stringify([cells], { record_delimiter: 'windows', escape_formulas: true });
}
