import { Module } from '@nestjs/common';
import { PlatformsModule } from '../platforms/platforms.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { TicketsModule } from '../tickets/tickets.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { ArchiveBytes } from './archive-bytes.js';
import { ArchiveRemover } from './archive-remover.js';
import { ArchivesController } from './archives.controller.js';
import { ArchivesRepository } from './archives.repository.js';
import { ArchivesService } from './archives.service.js';
import { DerivedData } from './derived-data.js';
import { DownloadsController } from './download/downloads.controller.js';
import { DownloadsService } from './download/downloads.service.js';
import { ActiveWriters } from './intake/active-writers.js';
import { BrokenAppends } from './intake/broken-appends.js';
import { ContentComparison } from './intake/content-comparison.js';
import { IntakeService } from './intake/intake.service.js';
import { IntakeMetrics } from './intake/intake-metrics.js';
import { LiveDigests } from './intake/live-digests.js';
import { OffsetLedger } from './intake/offset-ledger.js';
import { OwnUploads } from './intake/own-uploads.js';
import { ReceiptKeyController } from './intake/receipt-key.controller.js';
import { Receipts } from './intake/receipts.js';
import { RunningFinishes } from './intake/running-finishes.js';
import { SingleRequestUpload } from './intake/single-request-upload.js';
import { TurnWatch } from './intake/turn-watch.js';
import { TusController } from './intake/tus.controller.js';
import { TusService } from './intake/tus.service.js';
import { UploadDiscarder } from './intake/upload-discarder.js';
import { UploadFinisher } from './intake/upload-finisher.js';
import { UploadProgress } from './intake/upload-progress.js';
import { UploadViews } from './intake/upload-views.js';
import { UploadWriter } from './intake/upload-writer.js';
import { UploadsRepository } from './intake/uploads.repository.js';
import { WholeFileController } from './intake/whole-file.controller.js';
import { ArchivesMetrics } from './report/archives-metrics.js';
import { StorageController } from './report/storage.controller.js';
import { StorageReportService } from './report/storage-report.service.js';
import { StorageSamplesRepository } from './report/storage-samples.repository.js';
import { TicketTimeline } from './timeline/ticket-timeline.service.js';
import { Janitor } from './upkeep/janitor.js';
import { Reconciler } from './upkeep/reconciler.js';
import { UpkeepMetrics } from './upkeep/upkeep-metrics.js';

@Module({
  imports: [StorageModule, PlatformsModule, TicketsModule, TokensModule],
  controllers: [
    ArchivesController,
    DownloadsController,
    TusController,
    WholeFileController,
    ReceiptKeyController,
    StorageController,
  ],
  providers: [
    ArchiveBytes,
    ArchivesRepository,
    ArchivesService,
    ArchiveRemover,
    DerivedData,
    DownloadsService,
    ActiveWriters,
    BrokenAppends,
    IntakeMetrics,
    IntakeService,
    LiveDigests,
    OffsetLedger,
    TurnWatch,
    OwnUploads,
    Receipts,
    RunningFinishes,
    SingleRequestUpload,
    ContentComparison,
    TusService,
    UploadDiscarder,
    UploadFinisher,
    UploadProgress,
    UploadViews,
    UploadWriter,
    UploadsRepository,
    TicketTimeline,
    StorageReportService,
    StorageSamplesRepository,
    ArchivesMetrics,
    UpkeepMetrics,
    Reconciler,
    Janitor,
  ],
  exports: [ArchiveBytes, DerivedData, OwnUploads],
})
export class ArchivesModule {}
