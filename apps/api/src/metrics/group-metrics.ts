import cluster from 'node:cluster';
import { serveMetrics } from '@logs-collector/runtime/metrics-server';
import { AggregatorRegistry } from 'prom-client';
import type { AppLog } from '../common/logging/logger.js';
import { type MetricReading, tell, type WorkerMessage, workers } from '../common/worker-channel.js';
import type { Settings } from '../config/settings.js';

/** A reading may take 2 s; who scrapes waits 10 s for all of them. */
const ANSWER_LIMIT_MS = 4_000;
/** What only grows. */
const SUMS: ReadonlySet<string> = new Set(['counter', 'histogram']);

type Metrics = readonly MetricReading[];

/** In the first of several processes: the metrics of all the others, added up. */
export async function serveGroupMetrics(
  { METRICS: access, HOST: host }: Pick<Settings, 'METRICS' | 'HOST'>,
  log: AppLog,
): Promise<void> {
  if (access.kind !== 'port') return;
  const group = new GroupMetrics();
  await serveMetrics({ host, port: access.port }, () => group.text(), log);
}

/**
 * Asks all workers at each scrape and answers with what came in time. What a worker had counted at the scrape before
 * stays in the sums when it has died or does not answer: a sum that falls would be taken for a restart of the whole.
 */
class GroupMetrics {
  /** By worker: its last answer. */
  private readonly answers = new Map<number, { readonly question: number; readonly metrics: Metrics }>();
  /** The sums of those that have died. */
  private departed: Metrics = [];
  private questions = 0;
  /** Scrapes that wait for answers or for deaths. */
  private readonly waiting = new Set<() => void>();

  constructor() {
    cluster.on('message', ({ id }, { kind, question, metrics }: WorkerMessage) => {
      if (kind !== 'metrics' || question < (this.answers.get(id)?.question ?? 0)) return;
      this.answers.set(id, { question, metrics });
      this.wake();
    });
    cluster.on('exit', ({ id }) => {
      this.departed = added([this.departed, sumsOf(this.answers.get(id)?.metrics ?? [])]);
      this.answers.delete(id);
      this.wake();
    });
  }

  async text(): Promise<string> {
    this.questions += 1;
    const question = this.questions;
    for (const worker of workers()) tell(worker, { kind: 'metrics', question });
    await this.untilAnswered(question);
    const silent = this.silent(question);
    const parts = [...this.answers.values()].map((answer) =>
      answer.question >= question ? answer.metrics : sumsOf(answer.metrics),
    );
    const processes = processCounts({ answered: workers().length - silent, silent });
    return AggregatorRegistry.aggregate([[processes], this.departed, ...parts]).metrics();
  }

  private silent(question: number): number {
    return workers().filter(({ id }) => (this.answers.get(id)?.question ?? 0) < question).length;
  }

  /** Resolves when all have answered that have not died meanwhile, or when time is up. */
  private untilAnswered(question: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(check);
        resolve();
      };
      const check = (): void => {
        if (this.silent(question) === 0) end();
      };
      const timer = setTimeout(end, ANSWER_LIMIT_MS);
      this.waiting.add(check);
      check();
    });
  }

  private wake(): void {
    for (const check of this.waiting) check();
  }
}

function sumsOf(metrics: Metrics): Metrics {
  return metrics.filter(({ type }) => SUMS.has(type));
}

function added(parts: readonly Metrics[]): Metrics {
  const registry = AggregatorRegistry.aggregate([...parts]);
  return registry.getMetricsAsArray() as unknown as Metrics;
}

function processCounts(counts: Readonly<Record<'answered' | 'silent', number>>): MetricReading {
  return {
    name: 'logs_collector_worker_processes',
    help: 'Worker processes, by whether this scrape has their values; of a silent one only sums are in it, as of before',
    type: 'gauge',
    aggregator: 'sum',
    values: Object.entries(counts).map(([state, value]) => ({ labels: { state }, value })),
  };
}
