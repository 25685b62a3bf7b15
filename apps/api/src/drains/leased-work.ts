import type { Logger } from '@nestjs/common';
import type { ShutdownSignal } from '../common/shutdown-signal.js';
import type { Leases } from '../database/leases.js';

const LOOK_INTERVAL_MS = 5_000;

export interface LeasedWorkOptions {
  /** What leases are called by, together with the id of the work. */
  readonly kind: 'capture' | 'replay';
  readonly leases: Pick<Leases, 'run'>;
  readonly shutdown: Pick<ShutdownSignal, 'isDraining'>;
  readonly logger: Pick<Logger, 'error'>;
}

/**
 * Long work that outlasts the request which began it. Each piece holds a lease, so that one process does it; what a killed
 * process leaves behind is taken up by another, or at the next start.
 */
export class LeasedWork {
  private readonly running = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(private readonly options: LeasedWorkOptions) {}

  /** Does it unless another process does. Never rejects: what fails is logged, and taken up again. */
  hold(id: string, work: () => Promise<void>): Promise<void> {
    const before = this.running.get(id);
    const done = Promise.all([before, this.run(id, work)]).then(() => {
      if (this.running.get(id) === done) this.running.delete(id);
    });
    this.running.set(id, done);
    return done;
  }

  /** Resolves when this process no longer does it. */
  async whenEnded(id: string): Promise<void> {
    await this.running.get(id);
  }

  async whenAllEnded(): Promise<void> {
    await Promise.all(this.running.values());
  }

  /** Looks at once and every few seconds for what nobody does, and lets `takeUp` do it. */
  lookFor(findUnfinished: () => Promise<readonly string[]>, takeUp: (id: string) => Promise<void>): void {
    const look = (): void => {
      this.round = this.round.then(() => this.look(findUnfinished, takeUp));
    };
    this.timer = setInterval(look, LOOK_INTERVAL_MS).unref();
    look();
  }

  async stopLooking(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  private async look(
    findUnfinished: () => Promise<readonly string[]>,
    takeUp: (id: string) => Promise<void>,
  ): Promise<void> {
    const { kind, shutdown, logger } = this.options;
    try {
      for (const id of await findUnfinished()) {
        if (!this.running.has(id) && !shutdown.isDraining) void this.hold(id, () => takeUp(id));
      }
    } catch (error) {
      logger.error({ msg: 'abandoned work could not be looked for and will be again', kind, error });
    }
  }

  private async run(id: string, work: () => Promise<void>): Promise<void> {
    const { kind, leases, logger } = this.options;
    try {
      await leases.run(`${kind}:${id}`, work);
    } catch (error) {
      logger.error({ msg: 'work was not done to its end and will be taken up again', kind, id, error });
    }
  }
}
