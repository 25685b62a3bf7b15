import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { DrainTailController } from './drain-tail.controller.js';
import { DrainTails } from './drain-tails.js';
import { DrainsController } from './drains.controller.js';
import { DrainsService } from './drains.service.js';
import { ShuttleClient } from './shuttle-client.js';

/** The dashboard's side of the log shuttle, which is a process of its own and reached over HTTP. */
@Module({
  imports: [AuthModule],
  controllers: [DrainTailController, DrainsController],
  providers: [ShuttleClient, DrainsService, DrainTails],
})
export class DrainsModule {}
