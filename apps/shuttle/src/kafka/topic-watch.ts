import type { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { isLogTopic } from '@logs-collector/shuttle/parse/parse-record';
import { type KafkaConnection, withAdmin } from './kafka-connection.js';

const CHECK_INTERVAL_MS = 1_000;

/** All topics that logs are read from. */
export async function listLogTopics(connection: KafkaConnection): Promise<string[]> {
  const topics = await withAdmin(connection, (admin) => admin.listTopics());
  return topics.filter(isLogTopic);
}

/** Resolves when a topic beyond the known ones has appeared, or when the signal fires. */
export async function untilNewTopic(
  connection: KafkaConnection,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const known = new Set(topics);
  while (!signal.aborted) {
    await delay(CHECK_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    // Brokers that do not answer are for the reading stream to notice.
    const present = signal.aborted ? [] : await listLogTopics(connection).catch(() => []);
    if (present.some((topic) => !known.has(topic))) return;
  }
}

/** Fires when the stream breaks or ends, with what was wrong as its reason. */
export function brokenSignal(stream: EventEmitter): AbortSignal {
  const broken = new AbortController();
  stream.on('error', (error) => broken.abort(error));
  stream.on('close', () => broken.abort(new Error('The stream of records has ended.')));
  return broken.signal;
}
