import { Global, Module } from '@nestjs/common';
import { AuditService } from './audit.service.js';

/** Global, because every feature writes to the trail. */
@Global()
@Module({ providers: [AuditService], exports: [AuditService] })
export class AuditModule {}
