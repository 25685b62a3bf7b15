import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { KeptReading } from '../../common/metrics/kept-reading.js';
import { Metrics } from '../../common/metrics/metrics.js';
import type { ArchiveState } from '../archive.entity.js';
import { ArchivesRepository } from '../archives.repository.js';
import type { UploadState } from '../intake/upload.entity.js';
import { UploadsRepository } from '../intake/uploads.repository.js';

/** All archives are counted for it, which takes its time where there are many. */
const KEEP_MS = 60_000;
const ARCHIVE_STATES: readonly ArchiveState[] = ['stored', 'missing', 'corrupt', 'deleting'];
const UPLOAD_STATES: readonly UploadState[] = ['receiving', 'finishing', 'deleting'];

/** How many archives and uploads there are in the database, a minute old at most. */
@Injectable()
export class ArchivesMetrics {
  constructor(metrics: Metrics, archives: ArchivesRepository, uploads: UploadsRepository, clock: Clock) {
    const totals = new KeptReading(KEEP_MS, clock, () => archives.totalsOfStates());
    metrics.gauge(
      {
        name: 'logs_collector_archives',
        help: 'Archives by state: missing have lost their bytes, corrupt have other ones.',
        labels: ['state'],
        isShared: true,
      },
      async () => {
        const known = await totals.get();
        return ARCHIVE_STATES.map((state) => ({ labels: { state }, value: known.get(state)?.count ?? 0 }));
      },
    );
    metrics.gauge(
      {
        name: 'logs_collector_archives_bytes',
        help: 'Bytes of archives by state.',
        labels: ['state'],
        isShared: true,
      },
      async () => {
        const known = await totals.get();
        return ARCHIVE_STATES.map((state) => ({ labels: { state }, value: known.get(state)?.bytes ?? 0 }));
      },
    );
    const underWay = new KeptReading(KEEP_MS, clock, () => uploads.countByState());
    metrics.gauge(
      {
        name: 'logs_collector_uploads',
        help: 'Uploads that are not archives yet, those that stand still included.',
        labels: ['state'],
        isShared: true,
      },
      async () => {
        const known = await underWay.get();
        return UPLOAD_STATES.map((state) => ({ labels: { state }, value: known.get(state) ?? 0 }));
      },
    );
  }
}
