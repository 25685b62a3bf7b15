import { parseRecord } from '@logs-collector/shuttle/parse/parse-record';
import type { ParseContext, ParseResult } from '@logs-collector/shuttle/parse/parse-result';
import type { StreamPosition } from '@logs-collector/shuttle/record';
import { asTime } from '@logs-collector/shuttle/timestamp';
import type { Message } from '@platformatic/kafka';

const EMPTY = Buffer.alloc(0);

/** The records of one message. Kafka's own time of it stands in where they have none. */
export function messageRecords(message: Message): ParseResult {
  return parseRecord(message.value ?? EMPTY, new MessageContext(message));
}

/** Hardly any record lacks its time, and writing one out is dear. */
class MessageContext implements ParseContext {
  readonly position: StreamPosition;
  private readonly timestamp: bigint;

  constructor({ topic, partition, offset, timestamp }: Message) {
    this.position = { topic, partition, offset: Number(offset) };
    this.timestamp = timestamp;
  }

  get arrivalTime(): string {
    return isoTime(Number(this.timestamp));
  }
}

/** A producer may have given nanoseconds, or anything: what is no time is now, and one record must not end the reading. */
function isoTime(ms: number): string {
  const time = new Date(ms);
  const text = Number.isNaN(time.getTime()) ? undefined : asTime(time.toISOString());
  return text ?? new Date().toISOString();
}
