import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../common/access/principal.js';
import { ApiProblems } from '../../common/http/api-docs.js';
import { sendPage } from '../../common/http/page-reply.js';
import { CurrentPrincipal } from '../../common/http/principal.decorator.js';
import { CaptureInput, CapturesQuery, CaptureView } from './captures.dto.js';
import { CapturesService } from './captures.service.js';

const ID_PARAM = { name: 'id', description: 'Id of the capture.' } as const;

@ApiTags('captures')
@Controller('api/v1')
export class CapturesController {
  constructor(private readonly captures: CapturesService) {}

  @Post('tickets/:number/captures')
  @HttpCode(202)
  @ApiProblems(
    ...['ticket_not_found', 'capture_exists', 'capture_ticket_resolved', 'too_many_captures', 'storage_full'],
    ...['shuttle_not_configured', 'shuttle_unreachable', 'shuttle_key_refused', 'second_factor_required'],
  )
  @ApiOperation({
    summary: 'Capture the live log of an app or a site into a ticket',
    description:
      'Becomes a gzip-compressed archive of the ticket when its time or size is reached, or when it is stopped.',
  })
  @ApiParam({ name: 'number', example: 'SUP-1482', description: 'Number of the ticket.' })
  @ApiResponse({ status: 202, type: CaptureView })
  create(
    @CurrentPrincipal() principal: Principal,
    @Param('number') number: string,
    @Body() input: CaptureInput,
  ): Promise<CaptureView> {
    return this.captures.begin(principal, number, input);
  }

  @Get('captures')
  @ApiProblems('ticket_not_found')
  @ApiOperation({ summary: 'List captures, newest first' })
  @ApiResponse({ status: 200, type: [CaptureView] })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: CapturesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly CaptureView[]> {
    return sendPage(await this.captures.list(principal, query), request, reply);
  }

  @Get('captures/:id')
  @ApiProblems('capture_not_found')
  @ApiOperation({ summary: 'Read how far a capture is and what became of it' })
  @ApiParam(ID_PARAM)
  @ApiResponse({ status: 200, type: CaptureView })
  read(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<CaptureView> {
    return this.captures.read(principal, id);
  }

  @Post('captures/:id/stop')
  @HttpCode(202)
  @ApiProblems('capture_not_found', 'second_factor_required')
  @ApiOperation({
    summary: 'End a capture now and keep what has come',
    description: 'The archive is made after the answer. A capture that has ended already stays as it is.',
  })
  @ApiParam(ID_PARAM)
  @ApiResponse({ status: 202, type: CaptureView })
  stop(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<CaptureView> {
    return this.captures.stop(principal, id);
  }

  @Delete('captures/:id')
  @HttpCode(204)
  @ApiProblems('capture_not_found', 'capture_ended', 'second_factor_required')
  @ApiOperation({ summary: 'Cancel a capture and throw away what has come' })
  @ApiParam(ID_PARAM)
  @ApiResponse({ status: 204, description: 'There will be no archive.' })
  cancel(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.captures.cancel(principal, id);
  }
}
