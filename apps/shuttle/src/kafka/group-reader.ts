import { setTimeout as delay } from 'node:timers/promises';
import { LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import { Consumer, type Message } from '@platformatic/kafka';
import type { ShuttleLog } from '../log.js';
import { decideFirstStart } from './group-start.js';
import { type KafkaConnection, withAdmin } from './kafka-connection.js';
import { OffsetCommitter } from './offset-committer.js';
import { OwnedPartitions } from './owned-partitions.js';
import { brokenSignal, type LogTopics, listLogTopics, untilTopicsGrow } from './topic-watch.js';

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

const RETRY_MS = 1_000;
/** How long records under way may take before their partitions are left to be read again. */
const SETTLE_MS = 5_000;
const SETTLE_CHECK_MS = 20;
/** The least that brokers allow is 6 s; somebody who died is replaced within ten. */
const SESSION_TIMEOUT_MS = 7_000;
const HEARTBEAT_INTERVAL_MS = 1_500;
const REBALANCE_TIMEOUT_MS = 20_000;
const FETCH_WAIT_MS = 250;
const FETCH_BYTES = 1_048_576;

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

  /** Begins anew after every failure, and whenever a topic or a partition appears. */
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
    const topics = await listLogTopics(connection);
    if (this.isFirstLook) await withAdmin(connection, (admin) => decideFirstStart(admin, groupId, topics, from));
    this.isFirstLook = false;
    if (topics.size === 0) return untilTopicsGrow(connection, topics, this.stopping.signal);
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

  private async consume(consumer: Consumer, topics: LogTopics): Promise<void> {
    const { connection, log, onRecord } = this.options;
    const marks = new LowWaterMarks();
    const owned = new OwnedPartitions(marks);
    const positions = { toFetch: new Map<string, bigint>() };
    consumer.on('consumer:group:join', ({ assignments, generationId }) => {
      // Where nothing was committed yet, the client would go on where it stood when it last had the partition, beyond
      // records that came in the meantime. Without a position it begins at what the fallback says.
      for (const key of owned.assign(assignments ?? [])) positions.toFetch.delete(key);
      log.info({ msg: 'partitions assigned', generation: generationId, partitions: owned.size });
    });
    const stream = await consumer.consume({
      topics: [...topics.keys()],
      mode: 'committed',
      fallbackMode: 'earliest',
    });
    owned.assign(consumer.assignments ?? []);
    positions.toFetch = stream.offsetsToFetch;
    const broken = brokenSignal(stream);
    const holds = new Set<Promise<void>>();
    let isReading = true;
    stream.on('data', (message) => {
      if (!isReading || !owned.isNext(message)) return;
      const hold = onRecord(message, marks);
      if (!hold) return;
      holds.add(hold);
      stream.pause();
      const release = () => {
        holds.delete(hold);
        if (holds.size === 0 && isReading) stream.resume();
      };
      hold.then(release, release);
    });
    const committer = new OffsetCommitter(consumer, marks);
    try {
      await untilTopicsGrow(connection, topics, AbortSignal.any([this.stopping.signal, broken]));
      isReading = false;
      stream.pause();
      if (this.stopping.signal.aborted) await this.leave();
      else if (broken.aborted) throw broken.reason;
      else await settle(marks);
    } finally {
      await committer.finish().catch((error: unknown) => log.warn({ msg: 'the last commit failed', error }));
      stream.destroy();
    }
  }
}

async function settle(marks: LowWaterMarks): Promise<void> {
  for (const deadline = performance.now() + SETTLE_MS; marks.open() > 0 && performance.now() < deadline; ) {
    await delay(SETTLE_CHECK_MS);
  }
}
