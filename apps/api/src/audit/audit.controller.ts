import { Readable } from 'node:stream';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../common/access/principal.js';
import { sendPage } from '../common/http/page-reply.js';
import { CurrentPrincipal } from '../common/http/principal.decorator.js';
import { AuditEventView, AuditQuery } from './audit.dto.js';
import { auditLines } from './audit-formats.js';
import { AuditTrailService } from './audit-trail.service.js';

@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly trail: AuditTrailService) {}

  @Get()
  @ApiOperation({ summary: 'Who did what to what, when, from where; newest first' })
  @ApiResponse({ status: 200, type: [AuditEventView] })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: AuditQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly AuditEventView[] | Readable> {
    if (query.format === 'json') return sendPage(await this.trail.list(principal, query), request, reply);
    const { mediaType, lines } = auditLines(this.trail.export(principal, query), query.format);
    reply.headers({ 'Content-Type': mediaType, 'Content-Disposition': `attachment; filename="audit.${query.format}"` });
    return Readable.from(lines);
  }
}
