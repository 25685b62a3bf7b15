import type { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { isLogTopic } from '@logs-collector/shuttle/parse/parse-record';
import { type KafkaConnection, withAdmin } from './kafka-connection.js';

const CHECK_INTERVAL_MS = 1_000;

/** All topics that logs are read from, with the number of partitions of each. */
export type LogTopics = ReadonlyMap<string, number>;

export async function listLogTopics(connection: KafkaConnection): Promise<LogTopics> {
  return withAdmin(connection, async (admin) => {
    const names = (await admin.listTopics()).filter(isLogTopic);
    if (names.length === 0) return new Map();
    const { topics } = await admin.metadata({ topics: names });
    return new Map(names.map((name) => [name, topics.get(name)?.partitionsCount ?? 0]));
  });
}

/**
 * Resolves with all topics once one, or a partition, beyond the known ones has appeared; with nothing when the signal
 * fires.
 */
export async function untilTopicsGrow(
  connection: KafkaConnection,
  known: LogTopics,
  signal: AbortSignal,
): Promise<LogTopics | undefined> {
  while (!signal.aborted) {
    await delay(CHECK_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    // Brokers that do not answer are for the reading stream to notice.
    const present = await listLogTopics(connection).catch(() => known);
    for (const [topic, partitions] of present) if (partitions > (known.get(topic) ?? 0)) return present;
  }
  return undefined;
}

/** Fires when the stream breaks or ends, with what was wrong as its reason. */
export function brokenSignal(stream: EventEmitter): AbortSignal {
  const broken = new AbortController();
  stream.on('error', (error) => broken.abort(error));
  stream.on('close', () => broken.abort(new Error('The stream of records has ended.')));
  return broken.signal;
}
