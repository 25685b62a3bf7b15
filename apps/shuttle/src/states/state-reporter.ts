import type { DrainHost } from '@logs-collector/shuttle/delivery/drain-host';
import type { ShuttleLog } from '../log.js';
import { instanceStateOf } from './instance-state.js';
import type { ChangedState, StateStore } from './state-store.js';

const INTERVAL_MS = 2_000;
const FORGET_INTERVAL_MS = 60_000;
/** After that, somebody may have taken us for gone and removed what we had written. */
const WRITE_ALL_AFTER_MS = 60_000;

interface Told {
  readonly state: string;
  readonly sent: number;
}

/** Tells the database how the drains of this instance do: every two seconds, and only what has changed. */
export class StateReporter {
  private told = new Map<string, Told>();
  private toldAtMs = Number.NEGATIVE_INFINITY;
  private forgottenAtMs = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isReporting = false;

  constructor(
    private readonly instanceId: string,
    private readonly host: DrainHost,
    private readonly states: StateStore,
    private readonly log: ShuttleLog,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      // A database that is slow is not asked more often.
      if (this.isReporting) return;
      this.isReporting = true;
      this.round = this.report();
    }, INTERVAL_MS);
  }

  /** What it had told does not stand any longer. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
    await this.states
      .leave(this.instanceId)
      .catch((error: unknown) => this.log.warn({ msg: 'the end of this instance could not be told', error }));
  }

  private async report(): Promise<void> {
    try {
      const now = performance.now();
      if (now - this.toldAtMs > WRITE_ALL_AFTER_MS) this.told.clear();
      const { present, changed } = this.look(now);
      await this.states.write(this.instanceId, changed, Date.now());
      this.told = present;
      this.toldAtMs = now;
      if (now - this.forgottenAtMs < FORGET_INTERVAL_MS) return;
      this.forgottenAtMs = now;
      await this.states.forget(Date.now());
    } catch (error) {
      this.log.warn({ msg: 'the states of the drains could not be told', error });
    } finally {
      this.isReporting = false;
    }
  }

  private look(now: number): { present: Map<string, Told>; changed: ChangedState[] } {
    const seconds = (now - this.toldAtMs) / 1_000;
    const present = new Map<string, Told>();
    const changed: ChangedState[] = [];
    for (const [drainId, runner] of this.host.all) {
      const before = this.told.get(drainId);
      const { state: drainState } = runner;
      const rate = before ? (drainState.sent - before.sent) / seconds : 0;
      const state = JSON.stringify(instanceStateOf(drainState, rate));
      present.set(drainId, { state, sent: drainState.sent });
      if (before?.state !== state) changed.push({ drainId, state });
    }
    return { present, changed };
  }
}
