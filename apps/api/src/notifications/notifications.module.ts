import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { EventCleaner } from './event-cleaner.js';
import { EventFeed } from './event-feed.js';
import { EventMetrics } from './event-metrics.js';
import { EventOutbox } from './event-outbox.js';
import { EventStreams } from './event-streams.js';
import { EventsController } from './events.controller.js';
import { EventsRepository } from './events.repository.js';

/** Tells what happens to those who watch. */
@Module({
  imports: [AuthModule],
  controllers: [EventsController],
  providers: [EventsRepository, EventFeed, EventOutbox, EventStreams, EventCleaner, EventMetrics],
})
export class NotificationsModule {}
