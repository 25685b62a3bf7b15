import { Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { HealthIndicators } from './health-indicators.js';
import { OwnIndicators } from './own-indicators.js';

/** Global, because every module may register an indicator. */
@Global()
@Module({
  // What Terminus would log about failures is logged by HealthService, with the cause and without the noise.
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [HealthIndicators, HealthService, OwnIndicators],
  exports: [HealthIndicators],
})
export class HealthModule {}
