import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Clock } from '../../common/clock.js';
import { Metrics } from '../../common/metrics/metrics.js';

/** What the janitor and the reconciler find and do, in this process: of several only one is at it at a time. */
@Injectable()
export class UpkeepMetrics {
  private readonly rounds: Counter;
  private readonly failures: Counter<'duty'>;
  private readonly expired: Counter;
  private readonly lapsed: Counter;
  private readonly quarantined: Counter;
  private readonly refusals: Counter;
  private lastRoundAt: number | undefined;

  constructor(
    metrics: Metrics,
    private readonly clock: Clock,
  ) {
    this.rounds = metrics.counter({
      name: 'logs_collector_janitor_rounds_total',
      help: 'Rounds that the janitor has completed.',
    });
    this.failures = metrics.counter({
      name: 'logs_collector_janitor_failures_total',
      help: 'Duties of the janitor that failed and will be tried again.',
      labels: ['duty'],
    });
    this.expired = metrics.counter({
      name: 'logs_collector_uploads_expired_total',
      help: 'Unfinished uploads whose time was over (UPLOAD_TTL).',
    });
    this.lapsed = metrics.counter({
      name: 'logs_collector_leases_lapsed_total',
      help: 'Attempts that were given back because their one request had died with a process.',
    });
    this.quarantined = metrics.counter({
      name: 'logs_collector_orphans_quarantined_total',
      help: 'Blobs without a row that were moved to the quarantine.',
    });
    this.refusals = metrics.counter({
      name: 'logs_collector_reconciliations_refused_total',
      help: 'Comparisons of store and database that found too many blobs without a row and moved nothing.',
    });
    metrics.gauge(
      {
        name: 'logs_collector_janitor_last_round_timestamp_seconds',
        help: 'When the janitor last completed a round; the newest of all processes counts.',
        isShared: true,
      },
      () => (this.lastRoundAt === undefined ? [] : [{ value: this.lastRoundAt / 1_000 }]),
    );
  }

  roundCompleted(): void {
    this.rounds.inc();
    this.lastRoundAt = this.clock.now();
  }

  dutyFailed(duty: string): void {
    this.failures.inc({ duty });
  }

  uploadsExpired(count: number): void {
    this.expired.inc(count);
  }

  leasesLapsed(count: number): void {
    this.lapsed.inc(count);
  }

  reconciled(quarantined: number, isRefused: boolean): void {
    this.quarantined.inc(quarantined);
    if (isRefused) this.refusals.inc();
  }
}
