import { Module } from '@nestjs/common';
import { PlatformsModule } from '../platforms/platforms.module.js';
import { TicketDirectory } from './ticket-directory.js';
import { TicketParts } from './ticket-parts.js';
import { TicketViews } from './ticket-views.js';
import { TicketsController } from './tickets.controller.js';
import { TicketsRepository } from './tickets.repository.js';
import { TicketsService } from './tickets.service.js';

@Module({
  imports: [PlatformsModule],
  controllers: [TicketsController],
  providers: [TicketsRepository, TicketsService, TicketViews, TicketParts, TicketDirectory],
  exports: [TicketsService, TicketParts, TicketDirectory],
})
export class TicketsModule {}
