import { type Consumer, ListOffsetTimestamps, type Message } from '@platformatic/kafka';
import type { KafkaConnection } from './kafka-connection.js';
import { type PartitionOffset, partitionKey, partitionOffsets } from './partition-offsets.js';
import { loneConsumer } from './tail-reader.js';
import { listLogTopics } from './topic-watch.js';

/**
 * How many records are looked through, of all partitions together: the newest first, and those before them where they were
 * not enough.
 */
const WINDOWS = [2_000, 8_000, 40_000];
const MIN_RECORDS_OF_PARTITION = 100;
const LIMIT_MS = 5_000;

/** Where what was read of the past ends, by partition. */
export type HistoryEnds = ReadonlyMap<string, bigint>;

/**
 * Reads the newest records that are in all topics at present, each partition in its order, until there are enough. Ends
 * early where it takes too long: a session that waits is worse than one with less history.
 */
export async function readHistory(
  connection: KafkaConnection,
  onRecord: (message: Message) => void,
  isEnough: () => boolean,
): Promise<HistoryEnds> {
  const topics = [...(await listLogTopics(connection)).keys()];
  if (topics.length === 0) return new Map();
  const deadline = AbortSignal.timeout(LIMIT_MS);
  const consumer = loneConsumer(connection);
  try {
    const starts = await consumer.listOffsets({ topics, timestamp: ListOffsetTimestamps.EARLIEST });
    const lasts = partitionOffsets(await consumer.listOffsets({ topics, timestamp: ListOffsetTimestamps.LATEST }));
    let ends = lasts;
    for (const window of WINDOWS) {
      const share = BigInt(Math.max(MIN_RECORDS_OF_PARTITION, Math.floor(window / lasts.length)));
      const from = ends.map((end) => windowStart(end, starts.get(end.topic)?.[end.partition] ?? 0n, share));
      await readRange(consumer, { from, to: endsByKey(ends) }, onRecord, deadline);
      if (isEnough() || deadline.aborted) break;
      ends = from;
    }
    return endsByKey(lasts);
  } finally {
    await consumer.close(true).catch(() => undefined);
  }
}

interface Range {
  readonly from: PartitionOffset[];
  readonly to: HistoryEnds;
}

async function readRange(
  consumer: Consumer,
  { from, to }: Range,
  onRecord: (message: Message) => void,
  signal: AbortSignal,
): Promise<void> {
  const endOf = (place: PartitionOffset): bigint => to.get(keyOf(place)) ?? 0n;
  const open = new Set(from.filter((place) => place.offset < endOf(place)).map(keyOf));
  if (open.size === 0 || signal.aborted) return;
  const topics = [...new Set(from.map(({ topic }) => topic))];
  const stream = await consumer.consume({ topics, mode: 'manual', fallbackMode: 'earliest', offsets: from });
  const end = () => stream.destroy();
  signal.addEventListener('abort', end);
  stream.on('data', (message) => {
    if (message.offset < endOf(message)) onRecord(message);
    if (message.offset + 1n >= endOf(message)) open.delete(keyOf(message));
    if (open.size === 0) stream.destroy();
  });
  // Nobody is given the marks that end transactions: where one is the last of a partition, only the position tells.
  stream.on('fetch', () => {
    if (stream.readableLength > 0) return;
    for (const key of open) if ((stream.offsetsToFetch.get(key) ?? 0n) >= (to.get(key) ?? 0n)) open.delete(key);
    if (open.size === 0) stream.destroy();
  });
  await new Promise<void>((resolve, reject) => stream.on('close', resolve).on('error', reject));
  signal.removeEventListener('abort', end);
}

function endsByKey(places: readonly PartitionOffset[]): HistoryEnds {
  return new Map(places.map((place) => [keyOf(place), place.offset]));
}

function windowStart({ topic, partition, offset }: PartitionOffset, start: bigint, window: bigint): PartitionOffset {
  return { topic, partition, offset: offset - window > start ? offset - window : start };
}

function keyOf({ topic, partition }: Pick<PartitionOffset, 'topic' | 'partition'>): string {
  return partitionKey(topic, partition);
}
