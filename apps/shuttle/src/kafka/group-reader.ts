import { setTimeout as delay } from 'node:timers/promises';
import type { BegunGroups } from './begun-groups.js';
import { GroupMember, type GroupMemberOptions } from './group-member.js';
import { decideFirstStart } from './group-start.js';
import { withAdmin } from './kafka-connection.js';
import { type LogTopics, listLogTopics, untilTopicsGrow } from './topic-watch.js';

export interface GroupReaderOptions extends GroupMemberOptions {
  /** Where the group's very first start begins. */
  readonly from: 'latest' | 'earliest';
  readonly begunGroups: Pick<BegunGroups, 'has' | 'add'>;
}

const RETRY_MS = 1_000;

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

  /** Begins anew after every failure. */
  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.readUntilFailure();
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

  private async begin(topics: LogTopics): Promise<void> {
    const { connection, groupId, from, begunGroups } = this.options;
    if (await begunGroups.has(groupId)) return;
    await withAdmin(connection, (admin) => decideFirstStart(admin, groupId, topics, from));
    await begunGroups.add(groupId);
  }

  /** Reads until the process ends or something fails. */
  private async readUntilFailure(): Promise<void> {
    const { connection } = this.options;
    let topics = await listLogTopics(connection);
    if (this.isFirstLook) await this.begin(topics);
    this.isFirstLook = false;
    if (topics.size === 0) topics = (await untilTopicsGrow(connection, topics, this.stopping.signal)) ?? topics;
    if (topics.size === 0) return;
    const member = new GroupMember(this.options);
    try {
      const ending = AbortSignal.any([this.stopping.signal, member.failed]);
      for (let grown: typeof topics | undefined = topics; grown; ) {
        await member.join(grown);
        grown = await untilTopicsGrow(connection, grown, ending);
      }
      member.halt();
      if (this.stopping.signal.aborted) await this.leave();
      else member.failed.throwIfAborted();
    } finally {
      await member.leave();
    }
  }
}
