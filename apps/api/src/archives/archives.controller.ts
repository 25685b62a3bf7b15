import { Controller, Delete, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../common/access/principal.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { PENDING_DELETION, sendDeletion } from '../common/http/deletion-reply.js';
import { wholePage } from '../common/http/page.js';
import { PageQuery } from '../common/http/page-query.dto.js';
import { sendPage } from '../common/http/page-reply.js';
import { CurrentPrincipal } from '../common/http/principal.decorator.js';
import { PublicUrl } from '../common/http/public-url.js';
import { ArchiveQuery, ArchiveView } from './archives.dto.js';
import { ArchivesService } from './archives.service.js';
import { UploadView } from './intake/uploads.dto.js';
import { TicketTimeline } from './timeline/ticket-timeline.service.js';
import { TimelineEntryView } from './timeline/timeline.dto.js';

const ARCHIVE_PARAM = { name: 'archive', description: 'Id of the archive.' } as const;

@ApiTags('archives')
@Controller('api/v1')
export class ArchivesController {
  constructor(
    private readonly archives: ArchivesService,
    private readonly publicUrl: PublicUrl,
    private readonly timelines: TicketTimeline,
  ) {}

  @Get('archives')
  @ApiProblems('platform_not_found')
  @ApiOperation({ summary: 'List archives, newest first' })
  @ApiResponse({ status: 200, type: [ArchiveView] })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ArchiveQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly ArchiveView[]> {
    return sendPage(await this.archives.list(principal, query, this.publicUrl.of(request)), request, reply);
  }

  @Get('archives/:archive')
  @ApiProblems('archive_not_found')
  @ApiOperation({ summary: 'Read what is known of an archive' })
  @ApiParam(ARCHIVE_PARAM)
  @ApiResponse({ status: 200, type: ArchiveView })
  read(
    @CurrentPrincipal() principal: Principal,
    @Param('archive') id: string,
    @Req() request: FastifyRequest,
  ): Promise<ArchiveView> {
    return this.archives.read(principal, id, this.publicUrl.of(request));
  }

  @Delete('archives/:archive')
  @ApiProblems('archive_not_found')
  @ApiOperation({ summary: 'Delete an archive; needs the second factor' })
  @ApiParam(ARCHIVE_PARAM)
  @ApiResponse({ status: 204, description: 'Row and bytes are gone.' })
  @ApiResponse(PENDING_DELETION)
  async delete(
    @CurrentPrincipal() principal: Principal,
    @Param('archive') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ pending: true } | undefined> {
    return sendDeletion(await this.archives.delete(principal, id), reply);
  }

  @Get('tickets/:number/uploads')
  @ApiProblems('ticket_not_found')
  @ApiOperation({ summary: 'Uploads of a ticket that are under way, newest first' })
  @ApiParam({ name: 'number', example: 'SUP-1482', description: 'Number of the ticket.' })
  @ApiResponse({ status: 200, type: [UploadView] })
  async uploads(
    @CurrentPrincipal() principal: Principal,
    @Param('number') number: string,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly UploadView[]> {
    return sendPage(await this.archives.uploadsUnderWay(principal, number, query), request, reply);
  }

  @Get('tickets/:number/timeline')
  @ApiProblems('ticket_not_found')
  @ApiOperation({
    summary: 'How a case went, newest first',
    description: 'The newest 500 of what happened to the ticket, its upload tokens, uploads and archives.',
  })
  @ApiParam({ name: 'number', example: 'SUP-1482', description: 'Number of the ticket.' })
  @ApiResponse({ status: 200, type: [TimelineEntryView] })
  async timeline(
    @CurrentPrincipal() principal: Principal,
    @Param('number') number: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly TimelineEntryView[]> {
    return sendPage(wholePage(await this.timelines.of(principal, number)), request, reply);
  }
}
