import { Global, Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditRepository } from './audit.repository.js';
import { AuditService } from './audit.service.js';
import { AuditHistory } from './audit-history.service.js';
import { AuditTrailService } from './audit-trail.service.js';

/** Global, because every feature writes to the trail. */
@Global()
@Module({
  controllers: [AuditController],
  providers: [AuditRepository, AuditService, AuditTrailService, AuditHistory],
  exports: [AuditService, AuditHistory],
})
export class AuditModule {}
