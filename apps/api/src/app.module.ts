import { type DynamicModule, Module } from '@nestjs/common';
import { entities } from './app.entities.js';
import { ArchivesModule } from './archives/archives.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { BrandingModule } from './branding/branding.module.js';
import { CommonModule } from './common/common.module.js';
import type { Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { DrainsModule } from './drains/drains.module.js';
import { HealthModule } from './health/health.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { SelfTestModule } from './self-test/self-test.module.js';

/** The composition root: the only place that knows every module. */
@Module({})
export class AppModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CommonModule.forRoot(settings),
        DatabaseModule.forRoot(entities),
        AuditModule,
        AuthModule,
        BrandingModule,
        ArchivesModule,
        NotificationsModule,
        DrainsModule,
        HealthModule,
        MetricsModule,
        SelfTestModule,
        OpenApiModule,
      ],
    };
  }
}
