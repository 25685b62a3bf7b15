import type { DrainRunner } from '@logs-collector/shuttle/delivery/drain-runner';
import type { Destination } from '@logs-collector/shuttle/record';

/**
 * Stands in for a drain that cannot be started. Nobody else may have to wait for it, so what it misses is given up; and
 * counted, so that its receiver is told once it runs.
 */
export class AbsentDrain implements Pick<DrainRunner, 'offer'> {
  private sinceMs = 0;
  /** Records that were given up. */
  missed = 0;

  constructor(
    readonly destination: Destination,
    private readonly onFirstMissed: () => void,
  ) {}

  readonly offer: DrainRunner['offer'] = (_record, acknowledgement) => {
    this.missed += 1;
    if (this.missed === 1) {
      this.sinceMs = Date.now();
      this.onFirstMissed();
    }
    acknowledgement?.giveUp?.();
    acknowledgement?.settle();
    return 'accepted';
  };

  /** Hands the count over to the drain, now that it runs; to be called when nothing is offered here any more. */
  async tell(runner: Pick<DrainRunner, 'addLosses'>): Promise<void> {
    if (this.missed > 0) await runner.addLosses(this.missed, this.sinceMs);
  }
}
