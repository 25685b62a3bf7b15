import type { ShuttleLog } from '../log.js';

const REPORT_INTERVAL_MS = 60_000;

/** What became of everything that Envoys have sent. */
export class AccessLogCounts {
  /** Requests that Kafka has. */
  published = 0;
  /** Requests to no app (PassthroughCluster, BlackHoleCluster) or without an end. */
  skipped = 0;
  /** Connections that are no HTTP. */
  tcp = 0;
  /** Requests whose record no broker takes. */
  tooLarge = 0;
  /** Requests that were not in Kafka when the process had to end. */
  lost = 0;
  /** Streams that ended because a message was no message. */
  undecodable = 0;
  /** Streams without the key. */
  refused = 0;
  /** Streams that were ended as all of them together held too much memory, and they the most. */
  evicted = 0;
  private reported = '';
  private readonly reporting: NodeJS.Timeout;

  constructor(private readonly log: ShuttleLog) {
    this.reporting = setInterval(() => this.report(), REPORT_INTERVAL_MS);
    this.reporting.unref();
  }

  /** Says the last numbers. */
  close(): void {
    clearInterval(this.reporting);
    this.report();
  }

  private report(): void {
    const { published, skipped, tcp, tooLarge, lost, undecodable, refused, evicted } = this;
    const numbers = { published, skipped, tcp, too_large: tooLarge, lost, undecodable, refused, evicted };
    const text = JSON.stringify(numbers);
    if (text === this.reported || Object.values(numbers).every((number) => number === 0)) return;
    this.reported = text;
    this.log.info({ msg: 'access logs', ...numbers });
  }
}
