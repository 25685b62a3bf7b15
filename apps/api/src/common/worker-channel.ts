import cluster, { type Worker } from 'node:cluster';
import type { Aggregator } from 'prom-client';

/** What the first process tells its workers (worker-supervisor.ts, group-metrics.ts). */
export type SupervisorMessage =
  | { readonly kind: 'end'; readonly signal: string }
  | { readonly kind: 'workers'; readonly state: WorkersState }
  | { readonly kind: 'metrics'; readonly question: number };

/** `incomplete`: one has died and is started again; the others do its work. */
export type WorkersState = 'starting' | 'complete' | 'incomplete';

/** What a worker answers: everything it counts, as it was when it was asked. */
export interface WorkerMessage {
  readonly kind: 'metrics';
  readonly question: number;
  readonly metrics: readonly MetricReading[];
}

/** One metric with its values, as prom-client passes them between processes. */
export interface MetricReading {
  readonly name: string;
  readonly help: string;
  /** `counter`, `gauge`, `histogram`. */
  readonly type: string;
  readonly aggregator: Aggregator;
  readonly values: readonly object[];
}

/** In the first process: its workers that are alive. */
export function workers(): Worker[] {
  return Object.values(cluster.workers ?? {})
    .filter((worker) => worker !== undefined)
    .filter((worker) => !worker.isDead());
}

/** One that is dying can no longer be told anything; its exit follows. */
export function tell(worker: Worker, message: SupervisorMessage): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}
