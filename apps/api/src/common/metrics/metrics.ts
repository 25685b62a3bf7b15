import { Inject, Injectable, Logger } from '@nestjs/common';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { MetricReading, SupervisorMessage, WorkerMessage } from '../worker-channel.js';

/** What a metric is called, and what it means to who reads it. Label values come from the code, never from a client. */
export interface MetricName<L extends string> {
  /** `logs_collector_<what>_<unit>`, counters with `_total` (Prometheus, Metric and label naming). */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly L[];
}

export interface GaugeName<L extends string> extends MetricName<L> {
  /** Every process of an installation reads the same; together they are not more. */
  readonly isShared?: boolean;
}

/** One value of a gauge. */
export interface Sample<L extends string> {
  readonly labels?: Readonly<Record<L, string>>;
  /** Where it is not finite nothing is shown. */
  readonly value: number;
}

/** A reading that takes longer is left out; a scrape as a whole may take 10 s. */
const READING_LIMIT_MS = 2_000;

/** The port through which every module tells what it counts. */
@Injectable()
export class Metrics {
  private readonly logger = new Logger('metrics');
  private readonly registry = new Registry();

  constructor(@Inject(SETTINGS) settings: Pick<Settings, 'METRICS'>) {
    // They watch the event loop and the garbage collector all the time, which is for nothing where nobody asks.
    if (settings.METRICS.kind !== 'off') collectDefaultMetrics({ register: this.registry });
  }

  /** What happens; it only grows. */
  counter<L extends string = never>({ name, help, labels = [] }: MetricName<L>): Counter<L> {
    return new Counter({ name, help, labelNames: [...labels], registers: [this.registry] });
  }

  /** How long something takes, in seconds. */
  histogram<L extends string = never>(
    { name, help, labels = [] }: MetricName<L>,
    bucketsS: readonly number[],
  ): Histogram<L> {
    return new Histogram({
      name,
      help,
      labelNames: [...labels],
      buckets: [...bucketsS],
      registers: [this.registry],
    });
  }

  /** How much there is; `read` is asked at each scrape. Where it fails or takes too long, the scrape goes on without it. */
  gauge<L extends string = never>(
    { name, help, labels = [], isShared = false }: GaugeName<L>,
    read: () => readonly Sample<L>[] | Promise<readonly Sample<L>[]>,
  ): void {
    const gauge: Gauge<string> = new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      aggregator: isShared ? 'max' : 'sum',
      collect: async () => {
        const samples = await this.reading(name, read);
        gauge.reset();
        // Without labels a reset leaves 0, which would be a value.
        if (labels.length === 0) gauge.remove();
        for (const sample of samples) {
          if (Number.isFinite(sample.value)) gauge.set({ ...sample.labels }, sample.value);
        }
      },
    });
  }

  /** The text exposition format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** Lets the first of several processes ask this one for its part. */
  joinGroup(): void {
    process.on('message', (message: SupervisorMessage) => {
      if (message.kind === 'metrics') void this.answer(message.question);
    });
  }

  private async answer(question: number): Promise<void> {
    const metrics = (await this.registry.getMetricsAsJSON()) as unknown as MetricReading[];
    const message: WorkerMessage = { kind: 'metrics', question, metrics };
    // The first process may have gone meanwhile.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  }

  private async reading<T>(name: string, read: () => readonly T[] | Promise<readonly T[]>): Promise<readonly T[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('The reading took too long.')), READING_LIMIT_MS);
    });
    try {
      return await Promise.race([Promise.resolve().then(read), late]);
    } catch (error) {
      this.logger.warn({ msg: 'a metric could not be read', metric: name, error });
      return [];
    } finally {
      clearTimeout(timer);
    }
  }
}
