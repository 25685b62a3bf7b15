import { parseRecord } from '@logs-collector/shuttle/parse/parse-record';
import type { ParseResult } from '@logs-collector/shuttle/parse/parse-result';
import type { Message } from '@platformatic/kafka';

const EMPTY = Buffer.alloc(0);

/** The records of one message. Kafka's own time of it stands in where they have none. */
export function messageRecords({ topic, partition, offset, timestamp, value }: Message): ParseResult {
  return parseRecord(value ?? EMPTY, {
    position: { topic, partition, offset: Number(offset) },
    arrivalTime: isoTime(Number(timestamp)),
  });
}

/** A producer may have given nanoseconds, or anything: what is no time is now, and one record must not end the reading. */
function isoTime(ms: number): string {
  const time = new Date(ms);
  return (Number.isNaN(time.getTime()) ? new Date() : time).toISOString();
}
