import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../common/access/principal.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { sendPage } from '../common/http/page-reply.js';
import { CurrentPrincipal } from '../common/http/principal.decorator.js';
import { DrainInput, DrainPatch, DrainsQuery, DrainTestView, DrainView, ShuttleStatusView } from './drains.dto.js';
import { DrainsService } from './drains.service.js';

const ID_PARAM = { name: 'id', description: 'Id of the drain.' } as const;
const SHUTTLE_PROBLEMS = ['shuttle_not_configured', 'shuttle_unreachable', 'shuttle_key_refused'] as const;

@ApiTags('drains')
@Controller('api/v1/drains')
export class DrainsController {
  constructor(private readonly drains: DrainsService) {}

  @Get()
  @ApiProblems(...SHUTTLE_PROBLEMS)
  @ApiOperation({ summary: 'List where the logs of apps and sites go, newest first' })
  @ApiResponse({ status: 200, type: [DrainView] })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: DrainsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly DrainView[]> {
    return sendPage(await this.drains.list(principal, query), request, reply);
  }

  @Get('status')
  @ApiOperation({
    summary: 'Whether the log shuttle is there',
    description: 'Answers in a few seconds at most, and never that something is not available.',
  })
  @ApiResponse({ status: 200, type: ShuttleStatusView })
  status(@CurrentPrincipal() principal: Principal): Promise<ShuttleStatusView> {
    return this.drains.status(principal);
  }

  @Post()
  @ApiProblems(...SHUTTLE_PROBLEMS, 'drain_exists', 'drain_url_invalid', 'drain_tls_invalid')
  @ApiOperation({ summary: 'Send the logs of an app or a site somewhere' })
  @ApiResponse({ status: 201, type: DrainView })
  create(@CurrentPrincipal() principal: Principal, @Body() input: DrainInput): Promise<DrainView> {
    return this.drains.create(principal, input);
  }

  @Get(':id')
  @ApiProblems(...SHUTTLE_PROBLEMS, 'drain_not_found')
  @ApiOperation({ summary: 'Read a drain and how it does' })
  @ApiParam(ID_PARAM)
  @ApiResponse({ status: 200, type: DrainView })
  read(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<DrainView> {
    return this.drains.read(principal, id);
  }

  @Patch(':id')
  @ApiProblems(...SHUTTLE_PROBLEMS, 'drain_not_found', 'drain_tls_invalid')
  @ApiOperation({ summary: 'Pause a drain or let it go on; change its certificates' })
  @ApiParam(ID_PARAM)
  @ApiResponse({ status: 200, type: DrainView })
  patch(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() patch: DrainPatch,
  ): Promise<DrainView> {
    return this.drains.edit(principal, id, patch);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiProblems(...SHUTTLE_PROBLEMS, 'drain_not_found')
  @ApiOperation({ summary: 'Delete a drain, with what waits in its buffer' })
  @ApiParam(ID_PARAM)
  @ApiResponse({ status: 204, description: 'Nothing is sent there any more.' })
  delete(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.drains.delete(principal, id);
  }

  @Post(':id/test')
  @HttpCode(200)
  @ApiProblems(...SHUTTLE_PROBLEMS, 'drain_not_found')
  @ApiOperation({
    summary: 'Send a line to the receiver and tell how that went',
    description: 'Over a connection of its own, past what waits in the buffer. Answers within ten seconds.',
  })
  @ApiParam(ID_PARAM)
  @ApiResponse({ status: 200, type: DrainTestView })
  test(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<DrainTestView> {
    return this.drains.test(principal, id);
  }
}
