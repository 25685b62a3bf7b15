import cluster from 'node:cluster';
import { Injectable } from '@nestjs/common';

/** What the first process tells its workers (worker-supervisor.ts). */
export type SupervisorMessage =
  | { readonly kind: 'end'; readonly signal: string }
  | { readonly kind: 'workers'; readonly state: WorkersState };

/** `incomplete`: one has died and is started again; the others do its work. */
export type WorkersState = 'starting' | 'complete' | 'incomplete';

/** The worker processes that serve one port together, as one of them knows them; without WEB_CONCURRENCY it is alone. */
@Injectable()
export class WorkerGroup {
  private known: WorkersState = cluster.isWorker ? 'starting' : 'complete';

  constructor() {
    if (!cluster.isWorker) return;
    process.on('message', (message: SupervisorMessage) => {
      if (message.kind === 'workers') this.known = message.state;
    });
  }

  get state(): WorkersState {
    return this.known;
  }

  /** Whether this process does what a start does once, such as showing the set-up link. */
  get isFirst(): boolean {
    return !cluster.isWorker || cluster.worker?.id === 1;
  }
}
