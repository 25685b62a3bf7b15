import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../common/access/principal.js';
import { wholePage } from '../../common/http/page.js';
import { sendPage } from '../../common/http/page-reply.js';
import { CurrentPrincipal } from '../../common/http/principal.decorator.js';
import { StorageHistoryQuery, StorageSampleView, StorageView } from './storage.dto.js';
import { StorageReportService } from './storage-report.service.js';

@ApiTags('storage')
@Controller('api/v1')
export class StorageController {
  constructor(private readonly storage: StorageReportService) {}

  @Get('storage')
  @ApiOperation({ summary: 'How full the storage is, and by which platforms' })
  @ApiResponse({ status: 200, type: StorageView })
  report(@CurrentPrincipal() principal: Principal): Promise<StorageView> {
    return this.storage.report(principal);
  }

  @Get('check/storage')
  @ApiOperation({ summary: "The original's address of the same", deprecated: true })
  @ApiResponse({ status: 200, type: StorageView })
  formerReport(@CurrentPrincipal() principal: Principal): Promise<StorageView> {
    return this.storage.report(principal);
  }

  @Get('storage/history')
  @ApiOperation({ summary: 'How full the storage was, oldest first' })
  @ApiResponse({ status: 200, type: [StorageSampleView] })
  async history(
    @CurrentPrincipal() principal: Principal,
    @Query() query: StorageHistoryQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly StorageSampleView[]> {
    return sendPage(wholePage(await this.storage.history(principal, query.days)), request, reply);
  }
}
