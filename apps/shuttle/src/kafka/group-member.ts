import type { EventEmitter } from 'node:events';
import { LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import { Consumer, type Message, type MessagesStream } from '@platformatic/kafka';
import type { ShuttleLog } from '../log.js';
import type { KafkaConnection } from './kafka-connection.js';
import { OffsetCommitter } from './offset-committer.js';
import { OwnedPartitions } from './owned-partitions.js';
import type { LogTopics } from './topic-watch.js';

export interface GroupMemberOptions {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  readonly log: ShuttleLog;
  /**
   * Takes one record over and enters it into `marks`. A promise asks for no more until it resolves; reading stops
   * meanwhile, staying in the group does not.
   */
  readonly onRecord: (message: Message, marks: LowWaterMarks) => Promise<void> | undefined;
}

type RecordStream = MessagesStream<Buffer, Buffer, Buffer, Buffer>;

/** The least that brokers allow is 6 s; somebody who died is replaced within ten. */
const SESSION_TIMEOUT_MS = 7_000;
const HEARTBEAT_INTERVAL_MS = 1_500;
const REBALANCE_TIMEOUT_MS = 20_000;
const FETCH_WAIT_MS = 250;
const FETCH_BYTES = 1_048_576;

/**
 * One membership of the consumer group, from joining to leaving or to the first failure. Topics may be added meanwhile:
 * what is under way stays so, and nothing is read twice for it.
 */
export class GroupMember {
  private readonly consumer: Consumer;
  private readonly marks = new LowWaterMarks();
  private readonly owned = new OwnedPartitions(this.marks);
  private readonly committer: OffsetCommitter;
  private readonly failure = new AbortController();
  private readonly holds = new Set<Promise<void>>();
  private topics: LogTopics = new Map();
  private stream: RecordStream | undefined;
  private openedReading = 0;
  private isRebalancing = false;
  private isReading = true;

  constructor(private readonly options: GroupMemberOptions) {
    this.consumer = new Consumer({
      ...options.connection,
      groupId: options.groupId,
      autocommit: false,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTime: FETCH_WAIT_MS,
      maxBytes: FETCH_BYTES,
    });
    this.committer = new OffsetCommitter(this.consumer, this.marks);
    this.consumer.on('consumer:group:rebalance', () => {
      this.isRebalancing = true;
      // Until we have joined again, the group takes it; whoever gets a partition begins where it is committed.
      this.committer.commitNow();
    });
    this.consumer.on('consumer:group:join', ({ generationId }) => this.joined(generationId));
    this.consumer.on('consumer:heartbeat:stalled', () => this.fail(new Error('The group does not answer any more.')));
    // Of a group that could not be joined again; nobody would hear of us after it.
    (this.consumer as EventEmitter).on('error', (error) => this.fail(error));
  }

  /** Fires when the membership is of no use any more, with what was wrong as its reason. */
  get failed(): AbortSignal {
    return this.failure.signal;
  }

  /** Reads these topics; those of an earlier call have to be among them. Rejects where the group cannot be joined. */
  async join(topics: LogTopics): Promise<void> {
    this.topics = topics;
    for (const topic of topics.keys()) if (!this.consumer.topics.has(topic)) this.consumer.topics.track(topic);
    // Whoever leads the group shares out the partitions that it knows of.
    this.consumer.clearMetadata();
    let isTold: boolean;
    do {
      // One that is under way tells the group of the topics that there were when it began.
      isTold = !this.isRebalancing;
      await this.consumer.joinGroup();
    } while (!isTold);
  }

  /** Takes no further record; stays in the group and goes on committing. */
  halt(): void {
    this.isReading = false;
    this.stream?.pause();
  }

  /** Commits what can be committed and leaves the group. */
  async leave(): Promise<void> {
    const { log } = this.options;
    await this.committer.finish().catch((error: unknown) => log.warn({ msg: 'the last commit failed', error }));
    this.stream?.destroy();
    await this.consumer.close(true).catch((error: unknown) => log.warn({ msg: 'leaving Kafka failed', error }));
  }

  private joined(generation: number | undefined): void {
    this.isRebalancing = false;
    // Partitions may have been added that the member's picture of the cluster lacks.
    this.consumer.clearMetadata();
    // Others may know topics that we have not subscribed to yet; their partitions come again once we have.
    this.owned.assign((this.consumer.assignments ?? []).filter(({ topic }) => this.topics.has(topic)));
    this.options.log.info({ msg: 'partitions assigned', generation, partitions: this.owned.size });
    if (this.owned.reading !== this.openedReading) this.open();
  }

  /** The client's stream knows no end of an assignment: what comes with partitions that have come needs another one. */
  private open(): void {
    const { reading } = this.owned;
    this.openedReading = reading;
    const topics = [...this.topics.keys()];
    // With a callback it is there at once, before the next assignment can come.
    this.consumer.consume({ topics, mode: 'committed', fallbackMode: 'earliest' }, (error, stream) => {
      if (stream) this.follow(stream, reading);
      else this.fail(error);
    });
  }

  private follow(stream: RecordStream, reading: number): void {
    const former = this.stream;
    this.stream = stream;
    former?.destroy();
    const failUnlessFormer = (error: unknown) => {
      if (this.stream === stream) this.fail(error);
    };
    stream.on('error', failUnlessFormer);
    stream.on('close', () => failUnlessFormer(new Error('The stream of records has ended.')));
    stream.on('data', (message) => {
      if (this.isReading && this.owned.isNext(message, reading)) this.take(message);
    });
    if (this.holds.size > 0 || !this.isReading) stream.pause();
  }

  private take(message: Message): void {
    const hold = this.options.onRecord(message, this.marks);
    if (!hold) return;
    this.holds.add(hold);
    this.stream?.pause();
    const release = () => {
      this.holds.delete(hold);
      if (this.holds.size === 0 && this.isReading) this.stream?.resume();
    };
    hold.then(release, release);
  }

  private fail(error: unknown): void {
    this.failure.abort(error);
  }
}
