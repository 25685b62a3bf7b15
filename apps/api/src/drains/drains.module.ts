import { Module } from '@nestjs/common';
import { ArchivesModule } from '../archives/archives.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { TicketsModule } from '../tickets/tickets.module.js';
import { CaptureEndings } from './captures/capture-endings.js';
import { CaptureRuns } from './captures/capture-runs.js';
import { CapturesController } from './captures/captures.controller.js';
import { CapturesRepository } from './captures/captures.repository.js';
import { CapturesService } from './captures/captures.service.js';
import { DrainTailController } from './drain-tail.controller.js';
import { DrainTails } from './drain-tails.js';
import { DrainsController } from './drains.controller.js';
import { DrainsService } from './drains.service.js';
import { LogSessions } from './log-sessions.js';
import { ReplayRuns } from './replays/replay-runs.js';
import { ReplaysController } from './replays/replays.controller.js';
import { ReplaysRepository } from './replays/replays.repository.js';
import { ReplaysService } from './replays/replays.service.js';
import { ShuttleClient } from './shuttle-client.js';

/** The dashboard's side of the log shuttle, which is a process of its own and reached over HTTP. */
@Module({
  imports: [AuthModule, TicketsModule, ArchivesModule],
  controllers: [DrainTailController, DrainsController, CapturesController, ReplaysController],
  providers: [
    ...[ShuttleClient, LogSessions, DrainsService, DrainTails],
    ...[CapturesRepository, CapturesService, CaptureEndings, CaptureRuns],
    ...[ReplaysRepository, ReplaysService, ReplayRuns],
  ],
})
export class DrainsModule {}
