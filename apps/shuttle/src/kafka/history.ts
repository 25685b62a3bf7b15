import { ListOffsetTimestamps, type Message } from '@platformatic/kafka';
import type { KafkaConnection } from './kafka-connection.js';
import { type PartitionOffset, partitionKey, partitionOffsets } from './partition-offsets.js';
import { loneConsumer } from './tail-reader.js';
import { listLogTopics } from './topic-watch.js';

/** How many records are looked through, of all partitions together. */
const MAX_RECORDS = 50_000;
const MIN_RECORDS_OF_PARTITION = 100;
const LIMIT_MS = 5_000;

/** Where what was read of the past ends, by partition. */
export type HistoryEnds = ReadonlyMap<string, bigint>;

/**
 * Reads the newest records that are in all topics at present, each partition in its order. Ends early where it takes too
 * long: a session that waits is worse than one with less history.
 */
export async function readHistory(
  connection: KafkaConnection,
  onRecord: (message: Message) => void,
): Promise<HistoryEnds> {
  const topics = [...(await listLogTopics(connection)).keys()];
  if (topics.length === 0) return new Map();
  const consumer = loneConsumer(connection);
  try {
    const starts = await consumer.listOffsets({ topics, timestamp: ListOffsetTimestamps.EARLIEST });
    const lasts = partitionOffsets(await consumer.listOffsets({ topics, timestamp: ListOffsetTimestamps.LATEST }));
    const ends = new Map(lasts.map(({ topic, partition, offset }) => [partitionKey(topic, partition), offset]));
    const window = BigInt(Math.max(MIN_RECORDS_OF_PARTITION, Math.floor(MAX_RECORDS / lasts.length)));
    const offsets = lasts.map((last) => windowStart(last, starts.get(last.topic)?.[last.partition] ?? 0n, window));
    const open = new Set(offsets.filter((place) => place.offset < endOf(place)).map(keyOf));
    if (open.size === 0) return ends;
    const stream = await consumer.consume({ topics, mode: 'manual', fallbackMode: 'earliest', offsets });
    const timer = setTimeout(() => stream.destroy(), LIMIT_MS);
    stream.on('data', (message) => {
      if (message.offset < endOf(message)) onRecord(message);
      if (message.offset + 1n >= endOf(message)) open.delete(keyOf(message));
      if (open.size === 0) stream.destroy();
    });
    await new Promise<void>((resolve, reject) => stream.on('close', resolve).on('error', reject));
    clearTimeout(timer);
    return ends;

    function endOf(place: Pick<PartitionOffset, 'topic' | 'partition'>): bigint {
      return ends.get(keyOf(place)) ?? 0n;
    }
  } finally {
    await consumer.close(true).catch(() => undefined);
  }
}

function windowStart({ topic, partition, offset }: PartitionOffset, start: bigint, window: bigint): PartitionOffset {
  return { topic, partition, offset: offset - window > start ? offset - window : start };
}

function keyOf({ topic, partition }: Pick<PartitionOffset, 'topic' | 'partition'>): string {
  return partitionKey(topic, partition);
}
