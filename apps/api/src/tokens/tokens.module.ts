import { Module } from '@nestjs/common';
import { BrandingModule } from '../branding/branding.module.js';
import { TicketsModule } from '../tickets/tickets.module.js';
import { InternalTokens } from './internal-tokens.js';
import { TokenCheckController } from './token-check.controller.js';
import { TokenDirectory } from './token-directory.js';
import { TokenGate } from './token-gate.js';
import { TokenIssuer } from './token-issuer.js';
import { TokenLeases } from './token-leases.js';
import { TokensController } from './tokens.controller.js';
import { TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';

@Module({
  imports: [BrandingModule, TicketsModule],
  controllers: [TokensController, TokenCheckController],
  providers: [TokensRepository, TokensService, TokenIssuer, TokenLeases, TokenGate, TokenDirectory, InternalTokens],
  exports: [TokenGate, TokenLeases, TokenDirectory, InternalTokens],
})
export class TokensModule {}
