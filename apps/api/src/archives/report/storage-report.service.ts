import { Injectable } from '@nestjs/common';
import { AccessControl } from '../../common/access/access-control.js';
import type { Principal } from '../../common/access/principal.js';
import { Clock } from '../../common/clock.js';
import { Database } from '../../database/database.js';
import { PlatformsService } from '../../platforms/platforms.service.js';
import { StorageSpace } from '../../storage/storage-space.js';
import { ArchivesRepository } from '../archives.repository.js';
import type { StorageSampleView, StorageView } from './storage.dto.js';
import { storageStatus, usedPercent } from './storage.rules.js';
import { StorageSamplesRepository } from './storage-samples.repository.js';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const KEPT_DAYS = 400;

/** How full the storage is, by whom, and how that came about. */
@Injectable()
export class StorageReportService {
  constructor(
    private readonly access: AccessControl,
    private readonly archives: ArchivesRepository,
    private readonly platforms: PlatformsService,
    private readonly samples: StorageSamplesRepository,
    private readonly space: StorageSpace,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async report(principal: Principal): Promise<StorageView> {
    this.access.require(principal, 'storage.read');
    const totals = await this.archives.totalsOfPlatforms();
    const platforms = await this.platforms.describe(totals.map((total) => total.platformId));
    const { totalBytes, freeBytes } = await this.space.now();
    const [total, free] = [finite(totalBytes), finite(freeBytes)];
    const percent = usedPercent(total, free);
    return {
      total,
      used: total === null || free === null ? null : total - free,
      free,
      used_percent: percent,
      status: storageStatus(percent, await this.space.usableBytes()),
      archives_bytes: totals.reduce((sum, { bytes }) => sum + bytes, 0),
      archives_count: totals.reduce((sum, { count }) => sum + count, 0),
      platforms: totals.map(({ platformId, bytes, count }) => ({
        name: platforms.get(platformId)?.name ?? '',
        pretty_name: platforms.get(platformId)?.prettyName ?? '',
        archives_bytes: bytes,
        archives_count: count,
      })),
    };
  }

  /** Oldest first, about one an hour. */
  async history(principal: Principal, days: number): Promise<StorageSampleView[]> {
    this.access.require(principal, 'storage.read');
    const samples = await this.samples.since(this.clock.now() - days * DAY_MS);
    return samples.map((sample) => ({
      time: new Date(sample.time).toISOString(),
      total: sample.totalBytes,
      free: sample.freeBytes,
      archives_bytes: sample.archivesBytes,
      archives_count: sample.archivesCount,
    }));
  }

  /** Notes how full it is now, unless that was done within the hour. A store without a limit has no history. */
  async takeSample(): Promise<void> {
    const time = this.clock.now();
    if (await this.samples.hasSince(time - HOUR_MS)) return;
    const { totalBytes, freeBytes } = await this.space.now();
    if (!Number.isFinite(totalBytes)) return;
    const totals = await this.archives.totalsOfPlatforms();
    const archivesBytes = totals.reduce((sum, { bytes }) => sum + bytes, 0);
    const archivesCount = totals.reduce((sum, { count }) => sum + count, 0);
    await this.database.transaction(async () => {
      await this.samples.insert({ time, totalBytes, freeBytes, archivesBytes, archivesCount });
      await this.samples.removeBefore(time - KEPT_DAYS * DAY_MS);
    });
  }
}

function finite(bytes: number): number | null {
  return Number.isFinite(bytes) ? bytes : null;
}
