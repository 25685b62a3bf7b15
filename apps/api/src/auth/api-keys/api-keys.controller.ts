import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../common/access/principal.js';
import { ApiLoginOnly, ApiProblems } from '../../common/http/api-docs.js';
import { mapPage } from '../../common/http/page.js';
import { PageQuery } from '../../common/http/page-query.dto.js';
import { sendPage } from '../../common/http/page-reply.js';
import { CurrentPrincipal } from '../../common/http/principal.decorator.js';
import { ApiKeyInput, ApiKeyView, MadeApiKeyView, toApiKeyView, toMadeApiKeyView } from './api-keys.dto.js';
import { ApiKeysService } from './api-keys.service.js';

@ApiTags('account')
@ApiLoginOnly()
@Controller('api/v1/auth/api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Get()
  @ApiOperation({ summary: 'List own API keys, newest first' })
  @ApiQuery({
    name: 'username',
    required: false,
    schema: { type: 'string' },
    description: "Administrators: another user's.",
  })
  @ApiResponse({ status: 200, type: [ApiKeyView] })
  @ApiProblems('invalid_token', 'not_found', 'second_factor_enrolment_required')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query('username') username: string | undefined,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly ApiKeyView[]> {
    return sendPage(mapPage(await this.apiKeys.list(principal, username, query), toApiKeyView), request, reply);
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Make an API key',
    description:
      'Needs a code of the last five minutes. A key never does more than its owner could at that moment, whatever its scopes say.',
  })
  @ApiResponse({ status: 201, type: MadeApiKeyView })
  @ApiProblems('invalid_token', 'second_factor_enrolment_required', 'fresh_second_factor_required', 'validation_failed')
  async create(@CurrentPrincipal() principal: Principal, @Body() body: ApiKeyInput): Promise<MadeApiKeyView> {
    const { label, scopes, expires_at: until } = body;
    const expiry = until === undefined ? {} : { expiresAt: Date.parse(until) };
    return toMadeApiKeyView(await this.apiKeys.create(principal, { label, scopes, ...expiry }));
  }

  @Delete(':id')
  @ApiParam({ name: 'id', description: 'As the list of keys names it; not the key itself.' })
  @HttpCode(204)
  @ApiOperation({ summary: "Revoke an API key; administrators may revoke anybody's" })
  @ApiResponse({ status: 204 })
  @ApiProblems('invalid_token', 'not_found', 'fresh_second_factor_required')
  async revoke(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    await this.apiKeys.revoke(principal, id);
  }
}
