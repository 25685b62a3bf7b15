import { Body, Controller, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems, ApiPublic } from '../../common/http/api-docs.js';
import { IgnoresCredentials } from '../../common/http/ignores-credentials.decorator.js';
import { ApiCookieMode, transportOf } from '../http/cookie-mode.decorator.js';
import { OwnPage } from '../http/own-page.js';
import { SessionReplies } from '../http/session-replies.js';
import { LoginView, toLoginView } from '../sessions/session.dto.js';
import { FirstAdministratorBody } from './setup.dto.js';
import { SetupService } from './setup.service.js';
import { SetupOpenGuard } from './setup-open.guard.js';

@ApiTags('login')
@IgnoresCredentials()
@UseGuards(SetupOpenGuard)
@Controller('api/v1/setup')
export class SetupController {
  constructor(
    private readonly setup: SetupService,
    private readonly ownPage: OwnPage,
    private readonly replies: SessionReplies,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiPublic()
  @ApiCookieMode()
  @ApiOperation({
    summary: 'Create the first administrator, and log in',
    description: 'Once, with the code that the server printed when it started. 404 as soon as there is a user.',
  })
  @ApiResponse({ status: 201, type: LoginView })
  @ApiProblems('not_found', 'setup_code_invalid', 'cross_site_request', 'validation_failed', 'unavailable')
  async create(
    @Body() body: FirstAdministratorBody,
    @Query('cookie') cookie: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginView> {
    const transport = transportOf(cookie);
    if (transport === 'cookie') this.ownPage.require(request);
    const issued = await this.setup.complete({ ...body, transport });
    return toLoginView(issued, this.replies.hand(issued, request, reply));
  }
}
