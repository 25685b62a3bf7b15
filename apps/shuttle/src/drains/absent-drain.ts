import type { DrainRunner } from '@logs-collector/shuttle/delivery/drain-runner';
import type { Destination } from '@logs-collector/shuttle/record';

const REPORT_INTERVAL_MS = 60_000;

/**
 * Stands in for a drain that cannot be started. Nobody else may have to wait for it, so what it misses is given up; and
 * counted, so that its receiver is told once it runs.
 *
 * The count is in memory: the disk that would keep it is what a drain cannot be started without. A process that is killed
 * takes it along, so the log has to say it again and again.
 */
export class AbsentDrain implements Pick<DrainRunner, 'offer'> {
  private sinceMs = 0;
  private reportedAtMs = Number.NEGATIVE_INFINITY;
  /** Records that were given up. */
  missed = 0;

  /**
   * @param report told with the first how many were given up by now, and from then on once a minute
   */
  constructor(
    readonly destination: Destination,
    private readonly report: (missed: number) => void,
  ) {}

  readonly offer: DrainRunner['offer'] = (_record, acknowledgement) => {
    const now = performance.now();
    this.missed += 1;
    if (this.missed === 1) this.sinceMs = Date.now();
    if (now - this.reportedAtMs >= REPORT_INTERVAL_MS) {
      this.reportedAtMs = now;
      this.report(this.missed);
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
