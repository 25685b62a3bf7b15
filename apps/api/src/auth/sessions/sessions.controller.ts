import { Controller, Delete, Get, HttpCode, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../common/access/principal.js';
import { ApiLoginOnly, ApiProblems } from '../../common/http/api-docs.js';
import { mapPage } from '../../common/http/page.js';
import { PageQuery } from '../../common/http/page-query.dto.js';
import { sendPage } from '../../common/http/page-reply.js';
import { CurrentPrincipal } from '../../common/http/principal.decorator.js';
import { SessionView, toSessionView } from './session.dto.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('account')
@Controller('api/v1/auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @ApiOperation({ summary: 'List own sessions, newest first' })
  @ApiQuery({
    name: 'username',
    required: false,
    schema: { type: 'string' },
    description: "Administrators: another user's.",
  })
  @ApiResponse({ status: 200, type: [SessionView] })
  @ApiProblems('invalid_token', 'not_found')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query('username') username: string | undefined,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly SessionView[]> {
    const page = await this.sessions.list(principal, username, query);
    const credential = principal.kind === 'staff' ? principal.credential : undefined;
    const currentId = credential?.kind === 'session' ? credential.sessionId : undefined;
    return sendPage(
      mapPage(page, (session) => toSessionView(session, currentId)),
      request,
      reply,
    );
  }

  @Delete(':id')
  @ApiParam({ name: 'id', description: 'As the list of sessions names it.' })
  @ApiLoginOnly()
  @HttpCode(204)
  @ApiOperation({ summary: "End a session; administrators may end anybody's", description: 'It ends at once.' })
  @ApiResponse({ status: 204 })
  @ApiProblems('invalid_token', 'not_found', 'fresh_second_factor_required')
  async end(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    await this.sessions.end(principal, id);
  }
}
