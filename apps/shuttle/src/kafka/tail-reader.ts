import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Consumer, ListOffsetTimestamps, type Message } from '@platformatic/kafka';
import type { ShuttleLog } from '../log.js';
import type { KafkaConnection } from './kafka-connection.js';
import { type PartitionOffset, partitionKey, partitionOffsets } from './partition-offsets.js';
import { brokenSignal, listLogTopics, untilTopicsGrow } from './topic-watch.js';

const RETRY_MS = 1_000;
const FETCH_WAIT_MS = 250;
const FETCH_BYTES = 1_048_576;

/** A consumer that commits nothing and shares nothing: it reads every partition, beside whoever reads them too. */
export function loneConsumer(connection: KafkaConnection): Consumer {
  return new Consumer({
    ...connection,
    groupId: `logshuttle-session-${randomUUID()}`,
    autocommit: false,
    maxWaitTime: FETCH_WAIT_MS,
    maxBytes: FETCH_BYTES,
  });
}

/** Reads what is produced from now on in all topics, for all sessions of the process together. */
export class TailReader {
  private readonly ending = new AbortController();
  /** Where reading goes on after an interruption. */
  private readonly next = new Map<string, PartitionOffset>();
  /** What had been produced before reading began is none of it; what appears afterwards is, from its start. */
  private hasBegun = false;
  /** Resolves once nothing that is produced from then on is missed. */
  readonly whenReading: Promise<void>;
  private readonly running: Promise<void>;

  constructor(
    private readonly connection: KafkaConnection,
    /** A promise has the reading wait until it resolves. */
    private readonly onRecord: (message: Message) => Promise<unknown> | undefined,
    private readonly log: ShuttleLog,
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.whenReading = promise;
    this.running = this.run(resolve);
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(onReading: () => void): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      try {
        await this.readWhileSame(onReading);
      } catch (error) {
        if (!signal.aborted) this.log.warn({ msg: 'reading for sessions was interrupted', error });
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    onReading();
  }

  private async readWhileSame(onReading: () => void): Promise<void> {
    const topics = await listLogTopics(this.connection);
    if (topics.size === 0) {
      this.hasBegun = true;
      onReading();
      await untilTopicsGrow(this.connection, topics, this.ending.signal);
      return;
    }
    const consumer = loneConsumer(this.connection);
    try {
      const names = [...topics.keys()];
      await this.begin(consumer, names);
      const stream = await consumer.consume({
        topics: names,
        mode: 'manual',
        fallbackMode: 'earliest',
        offsets: [...this.next.values()],
      });
      const broken = brokenSignal(stream);
      stream.on('data', (message) => {
        const { topic, partition, offset } = message;
        this.next.set(partitionKey(topic, partition), { topic, partition, offset: offset + 1n });
        const wait = this.onRecord(message);
        if (!wait) return;
        stream.pause();
        void wait.then(() => stream.resume());
      });
      onReading();
      await untilTopicsGrow(this.connection, topics, AbortSignal.any([this.ending.signal, broken]));
      if (!this.ending.signal.aborted) broken.throwIfAborted();
      stream.destroy();
    } finally {
      await consumer.close(true).catch(() => undefined);
    }
  }

  /** The first time at the ends; topics that have appeared since at their start. */
  private async begin(consumer: Consumer, topics: string[]): Promise<void> {
    const timestamp = this.hasBegun ? ListOffsetTimestamps.EARLIEST : ListOffsetTimestamps.LATEST;
    for (const place of partitionOffsets(await consumer.listOffsets({ topics, timestamp }))) {
      const key = partitionKey(place.topic, place.partition);
      if (!this.next.has(key)) this.next.set(key, place);
    }
    this.hasBegun = true;
  }
}
