import { randomUUID } from 'node:crypto';
import { Consumer } from '@platformatic/kafka';

const QUIET_LIMIT_MS = 30_000;

/**
 * Tells of every record that a topic has, each partition in its order, from offset 0 up to its end. Nobody's group takes
 * part, so it is what the brokers have, whatever whoever wrote it or reads it believes.
 * @param ends how many records each partition has; nothing of the topic may have been deleted.
 * @throws Error where one of them is not there, or the brokers fall silent
 */
export async function readTopic(
  brokers: string,
  topic: string,
  ends: readonly number[],
  onValue: (value: string) => void,
): Promise<void> {
  const consumer = new Consumer({
    clientId: 'tests',
    bootstrapBrokers: brokers.split(','),
    groupId: `tests-${randomUUID()}`,
    autocommit: false,
    maxWaitTime: 250,
  });
  try {
    const offsets = ends.map((_, partition) => ({ topic, partition, offset: 0n }));
    const stream = await consumer.consume({ topics: [topic], mode: 'manual', fallbackMode: 'earliest', offsets });
    const read = ends.map(() => 0);
    const isComplete = () => read.every((count, partition) => count >= (ends[partition] ?? 0));
    if (isComplete()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const silence = setTimeout(() => reject(new Error(`${topic}: read ${read} of ${ends}.`)), QUIET_LIMIT_MS);
    stream.on('error', reject).on('data', ({ partition, offset, value }) => {
      const expected = read[partition] ?? 0;
      if (Number(offset) >= (ends[partition] ?? 0)) return;
      if (Number(offset) !== expected)
        reject(new Error(`${topic}/${partition}: ${offset} came after ${expected - 1}.`));
      read[partition] = expected + 1;
      silence.refresh();
      onValue(value.toString());
      if (isComplete()) resolve();
    });
    await promise.finally(() => clearTimeout(silence));
    stream.destroy();
  } finally {
    await consumer.close(true);
  }
}
