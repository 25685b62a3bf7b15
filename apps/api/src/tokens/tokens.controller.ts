import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../common/access/principal.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { PageQuery } from '../common/http/page-query.dto.js';
import { sendPage } from '../common/http/page-reply.js';
import { CurrentPrincipal } from '../common/http/principal.decorator.js';
import { PublicUrl } from '../common/http/public-url.js';
import { TokenInput, TokenView } from './tokens.dto.js';
import { TokensService } from './tokens.service.js';

const TOKEN_PARAM = { name: 'id', description: 'Id of the upload token; not the token itself.' } as const;

@ApiTags('tokens')
@Controller('api/v1')
export class TokensController {
  constructor(
    private readonly tokens: TokensService,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Get('tickets/:number/tokens')
  @ApiProblems('ticket_not_found')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'List the upload tokens of a ticket, newest first; recorded in the audit trail' })
  @ApiParam({ name: 'number', example: 'SUP-1482', description: 'Number of the ticket.' })
  @ApiResponse({ status: 200, type: [TokenView] })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Param('number') number: string,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly TokenView[]> {
    return sendPage(await this.tokens.list(principal, number, query, this.publicUrl.of(request)), request, reply);
  }

  @Post('tickets/:number/tokens')
  @ApiProblems('ticket_not_found', 'token_lifetime_too_long')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Make another upload token for a ticket' })
  @ApiParam({ name: 'number', example: 'SUP-1482', description: 'Number of the ticket.' })
  @ApiResponse({ status: 201, type: TokenView })
  create(
    @CurrentPrincipal() principal: Principal,
    @Param('number') number: string,
    @Body() input: TokenInput,
    @Req() request: FastifyRequest,
  ): Promise<TokenView> {
    return this.tokens.create(principal, number, input, this.publicUrl.of(request));
  }

  @Get('tokens/:id')
  @ApiParam(TOKEN_PARAM)
  @ApiProblems('token_not_found')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Read an upload token; recorded in the audit trail' })
  @ApiResponse({ status: 200, type: TokenView })
  read(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<TokenView> {
    return this.tokens.read(principal, id, this.publicUrl.of(request));
  }

  @Patch('tokens/:id')
  @ApiParam(TOKEN_PARAM)
  @ApiProblems('token_not_found', 'token_lifetime_too_long')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Change the attempts, the expiry or the label of an upload token' })
  @ApiResponse({ status: 200, type: TokenView })
  edit(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() input: TokenInput,
    @Req() request: FastifyRequest,
  ): Promise<TokenView> {
    return this.tokens.edit(principal, id, input, this.publicUrl.of(request));
  }

  @Delete('tokens/:id')
  @ApiParam(TOKEN_PARAM)
  @ApiProblems('token_not_found')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke an upload token' })
  @ApiResponse({ status: 204, description: 'It opens no door any more.' })
  revoke(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.tokens.revoke(principal, id);
  }
}
