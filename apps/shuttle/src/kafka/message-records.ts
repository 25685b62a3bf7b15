import { parseRecord } from '@logs-collector/shuttle/parse/parse-record';
import type { ParseResult } from '@logs-collector/shuttle/parse/parse-result';
import type { Message } from '@platformatic/kafka';

const EMPTY = Buffer.alloc(0);

/** The records of one message. Kafka's own time of it stands in where they have none. */
export function messageRecords({ topic, partition, offset, timestamp, value }: Message): ParseResult {
  return parseRecord(value ?? EMPTY, {
    position: { topic, partition, offset: Number(offset) },
    arrivalTime: new Date(Number(timestamp)).toISOString(),
  });
}
