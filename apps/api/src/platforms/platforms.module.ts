import { Module } from '@nestjs/common';
import { PlatformDependents } from './platform-dependents.js';
import { PlatformsController } from './platforms.controller.js';
import { PlatformsRepository } from './platforms.repository.js';
import { PlatformsService } from './platforms.service.js';

@Module({
  controllers: [PlatformsController],
  providers: [PlatformsRepository, PlatformsService, PlatformDependents],
  exports: [PlatformsService, PlatformDependents],
})
export class PlatformsModule {}
