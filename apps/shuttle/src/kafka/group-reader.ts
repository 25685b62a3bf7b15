import { setTimeout as delay } from 'node:timers/promises';
import { type CommittableOffset, LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import { isLogTopic } from '@logs-collector/shuttle/parse/parse-record';
import { Consumer, type Message } from '@platformatic/kafka';
import type { ShuttleLog } from '../log.js';
import { decideFirstStart } from './group-start.js';
import { type KafkaConnection, withAdmin } from './kafka-connection.js';
import { OwnedPartitions } from './owned-partitions.js';

export interface GroupReaderOptions {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  /** Where the group's very first start begins. */
  readonly from: 'latest' | 'earliest';
  readonly log: ShuttleLog;
  /**
   * Takes one record over and enters it into `marks`. A promise asks for no more until it resolves; reading stops
   * meanwhile, staying in the group does not.
   */
  readonly onRecord: (message: Message, marks: LowWaterMarks) => Promise<void> | undefined;
}

const COMMIT_INTERVAL_MS = 500;
const TOPIC_CHECK_INTERVAL_MS = 1_000;
const RETRY_MS = 1_000;
/** How long records under way may take before their partitions are left to be read again. */
const SETTLE_MS = 5_000;
const SETTLE_CHECK_MS = 20;
/** The least that brokers allow is 6 s; somebody who died is replaced within ten. */
const SESSION_TIMEOUT_MS = 7_000;
const HEARTBEAT_INTERVAL_MS = 1_500;
const REBALANCE_TIMEOUT_MS = 20_000;
const FETCH_WAIT_MS = 250;
const FETCH_BYTES = 4 * 1_048_576;
/** Commits the offset and says nothing of the leader (KIP-320). */
const NO_LEADER_EPOCH = -1;

/** One member of the consumer group that reads all topics, for as long as the process lives. */
export class GroupReader {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private isFirstLook = true;
  private beforeLeaving: () => Promise<void> = () => Promise.resolve();

  constructor(private readonly options: GroupReaderOptions) {}

  start(): void {
    this.running = this.run();
  }

  /**
   * Reads no further, lets `work` bring what was read into safety while membership goes on, commits and leaves the group.
   */
  async stop(work: () => Promise<void>): Promise<void> {
    this.beforeLeaving = work;
    this.stopping.abort();
    await this.running;
  }

  /** Begins anew after every failure, and whenever a topic appears. */
  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.readWhileSame();
      } catch (error) {
        if (!signal.aborted) this.options.log.warn({ msg: 'reading from Kafka was interrupted', error });
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    await this.leave();
  }

  private async leave(): Promise<void> {
    const work = this.beforeLeaving;
    this.beforeLeaving = () => Promise.resolve();
    await work();
  }

  /** Reads until a topic appears, the process ends, or something fails. */
  private async readWhileSame(): Promise<void> {
    const { connection, groupId, from } = this.options;
    const topics = await withAdmin(connection, async (admin) => {
      const names = (await admin.listTopics()).filter(isLogTopic);
      if (this.isFirstLook) await decideFirstStart(admin, groupId, names, from);
      this.isFirstLook = false;
      return names;
    });
    if (topics.length === 0) {
      await delay(TOPIC_CHECK_INTERVAL_MS, undefined, { signal: this.stopping.signal });
      return;
    }
    const consumer = new Consumer({
      ...connection,
      groupId,
      autocommit: false,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTime: FETCH_WAIT_MS,
      maxBytes: FETCH_BYTES,
    });
    try {
      await this.consume(consumer, topics);
    } finally {
      await consumer
        .close(true)
        .catch((error: unknown) => this.options.log.warn({ msg: 'leaving Kafka failed', error }));
    }
  }

  private async consume(consumer: Consumer, topics: readonly string[]): Promise<void> {
    const { log, onRecord } = this.options;
    const marks = new LowWaterMarks();
    const owned = new OwnedPartitions(marks);
    consumer.on('consumer:group:join', ({ assignments, generationId }) => {
      owned.assign(assignments ?? []);
      log.info({ msg: 'partitions assigned', generation: generationId, partitions: owned.size });
    });
    const stream = await consumer.consume({ topics: [...topics], mode: 'committed', fallbackMode: 'earliest' });
    owned.assign(consumer.assignments ?? []);
    const holds = new Set<Promise<void>>();
    stream.on('data', (message) => {
      if (!owned.isNext(message)) return;
      const hold = onRecord(message, marks);
      if (!hold) return;
      holds.add(hold);
      stream.pause();
      void hold.finally(() => {
        holds.delete(hold);
        if (holds.size === 0 && !this.stopping.signal.aborted) stream.resume();
      });
    });
    const committing = setInterval(() => void this.commit(consumer, marks).catch(() => undefined), COMMIT_INTERVAL_MS);
    try {
      await this.untilEnd(stream, topics);
      stream.pause();
      if (this.stopping.signal.aborted) await this.leave();
      else await settle(marks);
    } finally {
      clearInterval(committing);
      await this.commit(consumer, marks).catch((error: unknown) => log.warn({ msg: 'the last commit failed', error }));
      stream.on('error', () => undefined).destroy();
    }
  }

  /** Resolves when a topic has appeared or the process ends; rejects when the stream breaks. */
  private async untilEnd(stream: NodeJS.EventEmitter, topics: readonly string[]): Promise<void> {
    const { signal } = this.stopping;
    let failure: unknown;
    const broken = new AbortController();
    const onError = (error: unknown) => {
      failure ??= error;
      broken.abort();
    };
    stream.on('error', onError);
    stream.on('close', onError);
    const known = new Set(topics);
    const ended = AbortSignal.any([signal, broken.signal]);
    while (!ended.aborted) {
      await delay(TOPIC_CHECK_INTERVAL_MS, undefined, { signal: ended }).catch(() => undefined);
      if (!ended.aborted && (await this.hasNewTopic(known))) return;
    }
    if (!signal.aborted) throw failure ?? new Error('The stream of records has ended.');
  }

  /** False too while brokers do not answer: the stream notices by itself what it needs. */
  private async hasNewTopic(known: ReadonlySet<string>): Promise<boolean> {
    try {
      const topics = await withAdmin(this.options.connection, (admin) => admin.listTopics());
      return topics.some((topic) => isLogTopic(topic) && !known.has(topic));
    } catch {
      return false;
    }
  }

  private async commit(consumer: Consumer, marks: LowWaterMarks): Promise<void> {
    const offsets = marks.committable();
    if (offsets.length === 0) return;
    await consumer.commit({ offsets: offsets.map(forBroker) });
    marks.committedAt(offsets);
  }
}

function forBroker({ topic, partition, offset }: CommittableOffset) {
  return { topic, partition, offset: BigInt(offset), leaderEpoch: NO_LEADER_EPOCH };
}

async function settle(marks: LowWaterMarks): Promise<void> {
  for (const deadline = performance.now() + SETTLE_MS; marks.open() > 0 && performance.now() < deadline; ) {
    await delay(SETTLE_CHECK_MS);
  }
}
