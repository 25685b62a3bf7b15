import type { LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import { type TopicKind, topicKind } from '@logs-collector/shuttle/parse/parse-record';
import type { ParseFault } from '@logs-collector/shuttle/parse/parse-result';
import type { LogRecord } from '@logs-collector/shuttle/record';
import type { Message } from '@platformatic/kafka';
import type { RunningDrains } from '../drains/running-drains.js';
import { messageRecords } from '../kafka/message-records.js';
import type { ShuttleLog } from '../log.js';

const REPORT_INTERVAL_MS = 60_000;

/** Brings every record of the stream to the drains that want it. */
export class Pump {
  /** Records that could not be understood, by what was wrong with them. */
  readonly faults = new Map<ParseFault, number>();
  /** Records that were read, by what is in their topic. */
  readonly read: Record<TopicKind, number> = { app: 0, build: 0, web: 0, istio: 0 };
  private received = 0;
  private reportedFaults = 0;
  private readonly reporting: NodeJS.Timeout;

  constructor(
    private readonly drains: RunningDrains,
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
      this.faults.set(result, (this.faults.get(result) ?? 0) + 1);
      marks.enter(position, 0);
      return undefined;
    }
    return this.deliver(result, position, marks);
  };

  stop(): void {
    clearInterval(this.reporting);
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
        const taken = drain.offer(record, acknowledgement);
        if (taken !== 'accepted') holds.push(taken);
      }
    }
    return holds.length > 0 ? Promise.all(holds).then(() => undefined) : undefined;
  }

  private report(): void {
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
