import type { Destination, LogRecord } from '@logs-collector/shuttle/record';
import { asTime } from '@logs-collector/shuttle/timestamp';
import { problems } from '../http/problem.js';

const MAX_LINES = 5_000;
/** As the API numbers tickets; it fits into every packet. */
const TICKET = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const PROCESS = 'replay';
const SEVERITIES = { stdout: 'info', stderr: 'err' } as const;

/** Numbers of records that Kafka does not have: they grow, and two starts of the process give none twice. */
let nextOffset = 0;

/**
 * The records of a body of JSON lines, at most 5,000: `{"text", "time"?, "stream"?, "structured_data"?: {"ticket"}}`. Throws a
 * problem that names the line.
 */
export function recordsIn(body: string, destination: Destination, nowMs: number): LogRecord[] {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > MAX_LINES) throw problems.badRequest(`A request may have ${MAX_LINES} lines.`);
  const arrival = new Date(nowMs).toISOString();
  nextOffset = Math.max(nextOffset, nowMs * 1_000);
  return lines.map((line, index) => {
    const given = parsedLine(line);
    if (typeof given === 'string') throw problems.badRequest(`Line ${index + 1} ${given}.`);
    nextOffset += 1;
    return {
      ...given,
      time: asTime(given.time) ?? arrival,
      destination,
      process: PROCESS,
      tag: PROCESS,
      position: { topic: '_replay', partition: 0, offset: nextOffset },
    };
  });
}

type GivenRecord = Pick<LogRecord, 'text' | 'severity' | 'ticket'> & { readonly time: unknown };

/** Or what is wrong with it. */
function parsedLine(line: string): GivenRecord | string {
  const { text, time, stream = 'stdout', structured_data = {} } = (objectIn(line) ?? {}) as Record<string, unknown>;
  if (typeof text !== 'string') return 'must be {"text": "…"}';
  if (stream !== 'stdout' && stream !== 'stderr') return 'has a stream that is neither stdout nor stderr';
  const severity = SEVERITIES[stream];
  if (typeof structured_data !== 'object' || structured_data === null) return 'has structured_data that is no object';
  const { ticket, ...others } = structured_data as Record<string, unknown>;
  if (Object.keys(others).length > 0) return 'has structured_data beside ticket';
  if (ticket === undefined) return { text, time, severity };
  if (typeof ticket !== 'string' || !TICKET.test(ticket)) return 'has a ticket that is not the number of one';
  return { text, time, severity, ticket };
}

function objectIn(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
