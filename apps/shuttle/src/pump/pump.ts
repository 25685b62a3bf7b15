import type { DrainRunner } from '@logs-collector/shuttle/delivery/drain-runner';
import type { Acknowledgement, LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import { type TopicKind, topicKind } from '@logs-collector/shuttle/parse/parse-record';
import type { ParseFault } from '@logs-collector/shuttle/parse/parse-result';
import type { LogRecord } from '@logs-collector/shuttle/record';
import type { Message } from '@platformatic/kafka';
import { messageRecords } from '../kafka/message-records.js';
import type { ShuttleLog } from '../log.js';
import type { RouteTable } from './route-table.js';

/** What the pump needs of a drain. */
export type RecordTaker = Pick<DrainRunner, 'offer'>;

const REPORT_INTERVAL_MS = 60_000;

/** Brings every record of the stream to the drains that want it. */
export class Pump {
  /** Records that could not be understood, by what was wrong with them. */
  readonly faults = new Map<ParseFault | 'too_large', number>();
  /** Records that were read, by what is in their topic. */
  readonly read: Record<TopicKind, number> = { app: 0, build: 0, web: 0, istio: 0 };
  /** Records that a drain could not take over at all; given up for that drain. */
  failures = 0;
  private received = 0;
  private reportedFaults = 0;
  private reportedFailures = 0;
  private readonly reporting: NodeJS.Timeout;

  constructor(
    private readonly drains: { readonly routes: RouteTable<RecordTaker> },
    private readonly log: ShuttleLog,
  ) {
    this.reporting = setInterval(() => this.report(), REPORT_INTERVAL_MS);
    this.reporting.unref();
  }

  /** A promise asks for no more records until it resolves. */
  readonly receive = (message: Message, marks: LowWaterMarks): Promise<void> | undefined => {
    this.received += 1;
    this.read[topicKind(message.topic)] += 1;
    const position = { topic: message.topic, partition: message.partition, offset: Number(message.offset) };
    const result = messageRecords(message);
    if (typeof result === 'string') {
      this.count(result, 1);
      marks.enter(position, 0);
      return undefined;
    }
    return this.deliver(result, position, marks);
  };

  /** Counts records of a batch that is not unpacked. */
  pass(records: number): void {
    this.received += records;
    this.count('too_large', records);
  }

  stop(): void {
    clearInterval(this.reporting);
  }

  private count(fault: ParseFault | 'too_large', records: number): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + records);
  }

  private deliver(
    records: readonly LogRecord[],
    position: LogRecord['position'],
    marks: LowWaterMarks,
  ): Promise<void> | undefined {
    const routes = records.map((record) => this.drains.routes.of(record.destination));
    const acknowledgement = marks.enter(
      position,
      routes.reduce((count, drains) => count + drains.length, 0),
    );
    const holds: Promise<void>[] = [];
    for (const [index, record] of records.entries()) {
      for (const drain of routes[index] ?? []) {
        const taken = this.offer(drain, record, acknowledgement);
        if (taken !== 'accepted') holds.push(taken);
      }
    }
    // One that fails has nothing to wait for; the others still have.
    return holds.length > 0 ? Promise.allSettled(holds).then(() => undefined) : undefined;
  }

  /** What fails at one drain is that drain's alone: the record goes to the others, and the next ones to all. */
  private offer(drain: RecordTaker, record: LogRecord, acknowledgement: Acknowledgement): 'accepted' | Promise<void> {
    try {
      return drain.offer(record, acknowledgement);
    } catch (error) {
      this.failures += 1;
      acknowledgement.settle();
      const isFirst = this.failures === this.reportedFailures + 1;
      if (isFirst) this.log.error({ msg: 'a drain failed at a record', position: record.position, error });
      return 'accepted';
    }
  }

  private report(): void {
    if (this.failures > this.reportedFailures) {
      this.log.error({ msg: 'drains failed at records', given_up: this.failures - this.reportedFailures });
      this.reportedFailures = this.failures;
    }
    const total = [...this.faults.values()].reduce((sum, count) => sum + count, 0);
    if (total === this.reportedFaults) return;
    this.reportedFaults = total;
    this.log.warn({
      msg: 'records could not be understood',
      received: this.received,
      ...Object.fromEntries(this.faults),
    });
  }
}
