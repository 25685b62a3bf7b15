import type { DrainHost } from '@logs-collector/shuttle/delivery/drain-host';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { AccessLogCounts } from '../access-logs/access-log-counts.js';
import type { ShuttleLog } from '../log.js';
import type { Pump } from '../pump/pump.js';
import { DeliveryTotals } from './delivery-totals.js';

export interface MeteredDelivery {
  readonly host: DrainHost;
  readonly pump: Pick<Pump, 'read' | 'faults'>;
  /** Records that the group has not committed. */
  readonly commitLag: () => Promise<number>;
}

export interface MeteredParts {
  readonly sessions: { readonly count: number };
  /** Undefined where this instance serves sessions only. */
  readonly delivery: MeteredDelivery | undefined;
  /** Undefined where this instance does not listen for Envoys. */
  readonly accessLogs: AccessLogCounts | undefined;
}

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

const PREFIX = 'logs_collector_shuttle_';
const STATUSES = ['idle', 'connected', 'backing_off', 'paused'] as const;
const LOOK_INTERVAL_MS = 2_000;
/** A reading that takes longer is left out; a scrape as a whole may take 10 s. */
const READING_LIMIT_MS = 2_000;

/** What the shuttle counts. Labels come from the code: never an app, a site, a drain, a topic or an address. */
export class ShuttleMetrics {
  private readonly registry = new Registry();
  private readonly totals = new DeliveryTotals();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    { sessions, delivery, accessLogs }: MeteredParts,
    private readonly log: ShuttleLog,
  ) {
    collectDefaultMetrics({ register: this.registry });
    this.gauge('sessions', 'Live sessions that are being read.', [], () => [{ value: sessions.count }]);
    if (delivery) this.measure(delivery);
    if (accessLogs) this.measureAccessLogs(accessLogs);
  }

  /** The text exposition format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private measure({ host, pump, commitLag }: MeteredDelivery): void {
    const states = () => [...host.all].map(([id, { state }]) => [id, state] as const);
    const look = () => this.totals.look(states());
    this.timer = setInterval(look, LOOK_INTERVAL_MS);
    this.timer.unref();
    this.counter('records_read_total', 'Records that were read, by what is in their topic.', 'kind', () => pump.read);
    this.counter('records_undecodable_total', 'Records that nobody could read, by what was wrong.', 'fault', () =>
      Object.fromEntries(pump.faults),
    );
    this.counter('lines_sent_total', 'Lines that were delivered.', undefined, () => {
      look();
      return { '': this.totals.totals.sent };
    });
    this.counter('lines_dropped_total', 'Lines that were given up, by why.', 'reason', () => {
      look();
      const { dropped, refused, damaged } = this.totals.totals;
      return { buffer_full: dropped, refused, damaged };
    });
    this.gauge('drains', 'Drains of this instance by state.', ['status'], () =>
      STATUSES.map((status) => ({
        labels: { status },
        value: states().filter(([, state]) => state.status === status).length,
      })),
    );
    const sum = (of: 'buffered' | 'bufferedBytes') => [
      { value: states().reduce((total, [, state]) => total + state[of], 0) },
    ];
    this.gauge('buffered_lines', 'Lines that wait, in memory and on the disk.', [], () => sum('buffered'));
    this.gauge('buffered_bytes', 'What they take.', [], () => sum('bufferedBytes'));
    this.gauge(
      'buffer_fill_ratio',
      'How full the buffers on the disk are: that of the fullest drain, and all together; 1 is the limit.',
      ['of'],
      () => Object.entries(host.fill).map(([of, value]) => ({ labels: { of }, value })),
    );
    this.gauge(
      'commit_lag_records',
      'Records that the consumer group has not committed, of all partitions; the same at every instance.',
      [],
      async () => [{ value: await commitLag() }],
    );
  }

  private measureAccessLogs(counts: AccessLogCounts): void {
    this.counter('access_log_entries_total', 'What Envoys have told, by what became of it.', 'outcome', () => {
      const { published, skipped, tcp, tooLarge, lost } = counts;
      return { published, skipped, tcp, too_large: tooLarge, lost };
    });
    this.counter('access_log_streams_failed_total', 'Streams of Envoys that were ended, by why.', 'reason', () => {
      const { undecodable, refused, evicted } = counts;
      return { undecodable, refused, evicted };
    });
  }

  private counter(
    name: string,
    help: string,
    label: string | undefined,
    read: () => Readonly<Record<string, number>>,
  ): void {
    const counter: Counter<string> = new Counter({
      name: PREFIX + name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [this.registry],
      collect: () => {
        counter.reset();
        for (const [value, count] of Object.entries(read())) {
          counter.inc(label === undefined ? {} : { [label]: value }, count);
        }
      },
    });
  }

  private gauge(
    name: string,
    help: string,
    labels: readonly string[],
    read: () => readonly Sample[] | Promise<readonly Sample[]>,
  ): void {
    const gauge: Gauge<string> = new Gauge({
      name: PREFIX + name,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      collect: async () => {
        const samples = await this.reading(name, read);
        gauge.reset();
        // Without labels a reset leaves 0, which would be a value.
        if (labels.length === 0) gauge.remove();
        for (const sample of samples) gauge.set({ ...sample.labels }, sample.value);
      },
    });
  }

  /** Nothing where it fails or takes too long: a scrape is needed most when something is down. */
  private async reading(
    name: string,
    read: () => readonly Sample[] | Promise<readonly Sample[]>,
  ): Promise<readonly Sample[]> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('The reading took too long.')), READING_LIMIT_MS);
    try {
      return await Promise.race([Promise.resolve().then(read), late]);
    } catch (error) {
      this.log.warn({ msg: 'a metric could not be read', metric: name, error });
      return [];
    } finally {
      clearTimeout(timer);
    }
  }
}
