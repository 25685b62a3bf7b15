import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Leases } from '../../database/leases.js';
import { PlatformsService } from '../../platforms/platforms.service.js';
import { TicketsService } from '../../tickets/tickets.service.js';
import { ArchiveRemover } from '../archive-remover.js';
import { UploadDiscarder } from '../intake/upload-discarder.js';
import { UploadFinisher } from '../intake/upload-finisher.js';
import { StorageReportService } from '../report/storage-report.service.js';
import { Reconciler } from './reconciler.js';
import { UpkeepMetrics } from './upkeep-metrics.js';

const ROUND_INTERVAL_MS = 60_000;
const RECONCILE_INTERVAL_MS = 60 * 60_000;
/** Where another process is at it, or one was killed in the middle. */
const RETRY_INTERVAL_MS = 10_000;

/**
 * Completes what was interrupted and throws away what is over: once a minute, in one process of the installation, and
 * first of all at the start. One failing duty does not keep the others from being done.
 */
@Injectable()
export class Janitor implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('upkeep');
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isEnding = false;
  private lastReconciliationAt: number;

  constructor(
    private readonly leases: Leases,
    private readonly finisher: UploadFinisher,
    private readonly discarder: UploadDiscarder,
    private readonly remover: ArchiveRemover,
    private readonly tickets: TicketsService,
    private readonly platforms: PlatformsService,
    private readonly reconciler: Reconciler,
    private readonly storage: StorageReportService,
    private readonly clock: Clock,
    private readonly metrics: UpkeepMetrics,
  ) {
    this.lastReconciliationAt = clock.now();
  }

  /** The first round runs beside the first requests: nothing that it does is needed for them. */
  onApplicationBootstrap(): void {
    this.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isEnding = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private start(): void {
    this.round = this.run().then((hasRun) => {
      if (this.isEnding) return;
      this.timer = setTimeout(() => this.start(), hasRun ? ROUND_INTERVAL_MS : RETRY_INTERVAL_MS).unref();
    });
  }

  private async run(): Promise<boolean> {
    let hasRun = false;
    await this.attempt('lease', async () => {
      hasRun = await this.leases.run('janitor', () => this.clean());
      if (hasRun) this.metrics.roundCompleted();
    });
    return hasRun;
  }

  private async clean(): Promise<void> {
    await this.attempt('finish uploads', () => this.finisher.completeInterrupted());
    await this.attempt('give up dead requests', async () => {
      this.metrics.leasesLapsed(await this.discarder.discardDead());
    });
    await this.attempt('remove uploads', () => this.discarder.removeAllMarked());
    await this.attempt('remove leftovers', () => this.discarder.removeLeftovers());
    await this.attempt('expire uploads', async () => {
      this.metrics.uploadsExpired(await this.discarder.removeExpired(this.clock.now()));
    });
    await this.attempt('remove archives', () => this.remover.removeAllMarked());
    await this.attempt('remove tickets', () => this.tickets.finishDeletions());
    await this.attempt('remove platforms', () => this.platforms.finishDeletions());
    await this.attempt('sample the storage', () => this.storage.takeSample());
    if (this.clock.now() - this.lastReconciliationAt < RECONCILE_INTERVAL_MS) return;
    this.lastReconciliationAt = this.clock.now();
    await this.attempt('reconcile', async () => {
      const { quarantined, isRefused } = await this.reconciler.reconcile();
      this.metrics.reconciled(quarantined, isRefused);
    });
  }

  private async attempt(duty: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.metrics.dutyFailed(duty);
      this.logger.error({ msg: 'a duty of the janitor failed and will be tried again', duty, error });
    }
  }
}
