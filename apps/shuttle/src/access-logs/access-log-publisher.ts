import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '@logs-collector/shuttle/delivery/backoff';
import { isTooLarge, type KeyedRecord } from '../kafka/record-sender.js';
import type { ShuttleLog } from '../log.js';
import type { AccessLogCounts } from './access-log-counts.js';

/** Half of what a broker takes at once unless it was told otherwise (message.max.bytes). */
const BATCH_BYTES = 524_288;
const BACKOFF = { firstMs: 250, capMs: 5_000 };

/** Resolves once the brokers have all of the records. */
export type SendRecords = (records: readonly KeyedRecord[]) => Promise<void>;

interface Job {
  readonly records: readonly KeyedRecord[];
  /** The first that is in no batch yet. */
  next: number;
  readonly done: () => void;
}

/**
 * Brings records to Kafka: what comes while one batch is under way is in the next one, so that a thousand Envoys make no more
 * requests than one. It tries until the brokers have taken them; who publishes waits, and reads nothing meanwhile.
 */
export class AccessLogPublisher {
  private readonly queue: Job[] = [];
  private readonly givingUp = new AbortController();
  private running: Promise<void> | undefined;
  private trouble: unknown;

  constructor(
    private readonly send: SendRecords,
    private readonly counts: AccessLogCounts,
    private readonly log: ShuttleLog,
  ) {}

  /** Resolves when the brokers have the records, or nobody tries any more. */
  publish(records: readonly KeyedRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.queue.push({ records, next: 0, done: resolve });
    this.running ??= this.run();
    return promise;
  }

  /** Rejects while the brokers do not take what is sent. */
  async check(): Promise<void> {
    if (this.trouble !== undefined) throw this.trouble;
  }

  /** Tries no more: what is not in Kafka is lost. */
  giveUp(): void {
    this.givingUp.abort();
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      const { records, finished } = this.takeBatch();
      await this.deliver(records);
      for (const job of finished) job.done();
    }
    this.running = undefined;
  }

  private takeBatch(): { records: KeyedRecord[]; finished: Job[] } {
    const records: KeyedRecord[] = [];
    const finished: Job[] = [];
    for (let bytes = 0; bytes < BATCH_BYTES; ) {
      const job = this.queue[0];
      const record = job?.records[job.next];
      if (!job || !record) break;
      records.push(record);
      bytes += record.value.byteLength;
      job.next += 1;
      if (job.next < job.records.length) continue;
      finished.push(job);
      this.queue.shift();
    }
    return { records, finished };
  }

  private async deliver(records: readonly KeyedRecord[]): Promise<void> {
    const { signal } = this.givingUp;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.sendUnlessGivenUp(records);
        this.trouble = undefined;
        this.counts.published += records.length;
        return;
      } catch (error) {
        if (isTooLarge(error)) return this.deliverHalves(records);
        if (signal.aborted) break;
        failures += 1;
        this.trouble = error;
        if (failures === 1) this.log.warn({ msg: 'Kafka does not take access logs', error });
        await delay(backoffMs(failures, Math.random(), BACKOFF), undefined, { signal }).catch(() => undefined);
      }
    }
    this.counts.lost += records.length;
  }

  /** The client tries for half a minute where no broker answers. */
  private async sendUnlessGivenUp(records: readonly KeyedRecord[]): Promise<void> {
    const { signal } = this.givingUp;
    const { promise, reject } = Promise.withResolvers<never>();
    const refuse = () => reject(signal.reason);
    signal.addEventListener('abort', refuse);
    try {
      await Promise.race([this.send(records), promise]);
    } finally {
      signal.removeEventListener('abort', refuse);
    }
  }

  /** A broker may take less at once than others do; a single record that it refuses it will never take. */
  private async deliverHalves(records: readonly KeyedRecord[]): Promise<void> {
    if (records.length === 1) {
      this.counts.tooLarge += 1;
      return;
    }
    const middle = Math.ceil(records.length / 2);
    await this.deliver(records.slice(0, middle));
    await this.deliver(records.slice(middle));
  }
}
