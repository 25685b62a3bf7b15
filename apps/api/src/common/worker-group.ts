import cluster from 'node:cluster';
import { Injectable } from '@nestjs/common';
import type { SupervisorMessage, WorkersState } from './worker-channel.js';

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
