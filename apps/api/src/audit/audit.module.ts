import { Global, Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditRepository } from './audit.repository.js';
import { AuditService } from './audit.service.js';
import { AuditAnchor } from './audit-anchor.js';
import { AuditAnchoring } from './audit-anchoring.js';
import { AuditChainRepository } from './audit-chain.repository.js';
import { AuditHistory } from './audit-history.service.js';
import { AuditSealer } from './audit-sealer.js';
import { AuditTrailService } from './audit-trail.service.js';
import { AuditVerifier } from './audit-verifier.js';
import { ChainEndSeal } from './chain-end-seal.js';
import { SealedAnchor } from './sealed-anchor.js';
import { SealedChainEnd } from './sealed-chain-end.js';

/** Global, because every feature writes to the trail. */
@Global()
@Module({
  controllers: [AuditController],
  providers: [
    ...[AuditRepository, AuditService, AuditTrailService, AuditHistory],
    ...[AuditChainRepository, ChainEndSeal, SealedChainEnd, AuditSealer, AuditVerifier],
    ...[AuditAnchor, AuditAnchoring, SealedAnchor],
  ],
  exports: [AuditService, AuditHistory, AuditVerifier],
})
export class AuditModule {}
