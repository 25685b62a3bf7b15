import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../common/access/principal.js';
import { ApiLoginOnly, ApiProblems } from '../common/http/api-docs.js';
import { PENDING_DELETION, sendDeletion } from '../common/http/deletion-reply.js';
import { expectedVersions, versionTag } from '../common/http/entity-tag.js';
import { sendPage } from '../common/http/page-reply.js';
import { CurrentPrincipal } from '../common/http/principal.decorator.js';
import { PlatformDeletionQuery, PlatformInput, PlatformPatch, PlatformQuery, PlatformView } from './platforms.dto.js';
import { PlatformsService } from './platforms.service.js';

const NAME_PARAM = { name: 'name', description: 'Name (slug) or id.', example: 'vmmanager-6' } as const;

@ApiTags('platforms')
@Controller('api/v1/platforms')
export class PlatformsController {
  constructor(private readonly platforms: PlatformsService) {}

  @Get()
  @ApiOperation({ summary: 'List platforms, newest first' })
  @ApiResponse({ status: 200, type: [PlatformView] })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: PlatformQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly PlatformView[]> {
    return sendPage(await this.platforms.list(principal, query), request, reply);
  }

  @Post()
  @ApiProblems('platform_name_taken')
  @ApiOperation({ summary: 'Create a platform' })
  @ApiResponse({ status: 201, type: PlatformView })
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() input: PlatformInput,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlatformView> {
    return withTag(await this.platforms.create(principal, input), reply);
  }

  @Get(':name')
  @ApiProblems('platform_not_found')
  @ApiOperation({ summary: 'Read a platform' })
  @ApiParam(NAME_PARAM)
  @ApiResponse({ status: 200, type: PlatformView })
  async read(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlatformView> {
    return withTag(await this.platforms.read(principal, name), reply);
  }

  @Patch(':name')
  @ApiProblems('platform_not_found', 'platform_name_taken', 'precondition_failed')
  @ApiOperation({ summary: 'Change some fields of a platform' })
  @ApiParam(NAME_PARAM)
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The version you have read; 412 when it is not the present one.',
  })
  @ApiResponse({ status: 200, type: PlatformView })
  async patch(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Body() patch: PlatformPatch,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlatformView> {
    return withTag(await this.platforms.edit(principal, name, patch, expectedVersions(ifMatch)), reply);
  }

  @Put(':name')
  @ApiProblems('platform_not_found', 'platform_name_taken', 'precondition_failed')
  @ApiOperation({ summary: 'Replace the fields of a platform' })
  @ApiParam(NAME_PARAM)
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The version you have read; 412 when it is not the present one.',
  })
  @ApiResponse({ status: 200, type: PlatformView })
  async put(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Body() input: PlatformInput,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlatformView> {
    return withTag(await this.platforms.edit(principal, name, input, expectedVersions(ifMatch)), reply);
  }

  @Delete(':name')
  @ApiLoginOnly()
  @ApiProblems('platform_not_found', 'platform_has_tickets')
  @ApiOperation({ summary: 'Delete a platform; with ?cascade=true also its tickets and their archives' })
  @ApiParam(NAME_PARAM)
  @ApiResponse({ status: 204, description: 'Every row and byte is gone.' })
  @ApiResponse(PENDING_DELETION)
  async delete(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query() query: PlatformDeletionQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ pending: true } | undefined> {
    return sendDeletion(await this.platforms.delete(principal, name, query.cascade), reply);
  }
}

function withTag(view: PlatformView, reply: FastifyReply): PlatformView {
  reply.header('ETag', versionTag(view.version));
  return view;
}
