import { Body, Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems, ApiPublic } from '../../common/http/api-docs.js';
import { IgnoresCredentials } from '../../common/http/ignores-credentials.decorator.js';
import { ApiCookieMode, transportOf } from '../http/cookie-mode.decorator.js';
import { SessionReplies } from '../http/session-replies.js';
import {
  LoginBody,
  LoginView,
  RefreshBody,
  TokensView,
  toLoginView,
  VerifyBody,
  VerifyView,
} from '../sessions/session.dto.js';
import { LoginService } from './login.service.js';
import { SessionTokens } from './session-tokens.js';

/** Getting a session, carrying it on, ending it. A stale cookie or token in the way is not looked at. */
@ApiTags('login')
@IgnoresCredentials()
@Controller('api/v1/auth/token')
export class LoginController {
  constructor(
    private readonly login: LoginService,
    private readonly sessions: SessionTokens,
    private readonly replies: SessionReplies,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiPublic()
  @ApiCookieMode()
  @ApiOperation({
    summary: 'Log in',
    description:
      'An unknown user, a wrong password and a deactivated account get the same answer. Wrong tries, a missing `otp` among them, are slowed down by account and by address.',
  })
  @ApiResponse({
    status: 200,
    type: LoginView,
    headers: { 'Set-Cookie': { schema: { type: 'string' }, description: 'With `?cookie=1`.' } },
  })
  @ApiProblems(
    'invalid_credentials',
    'two_factor_required',
    'cross_site_request',
    'validation_failed',
    'too_many_requests',
    'unavailable',
  )
  async create(
    @Body() body: LoginBody,
    @Query('cookie') cookie: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginView> {
    const transport = this.sessions.transport(request, transportOf(cookie));
    const issued = await this.login.login({ ...body, transport });
    return toLoginView(issued, this.replies.hand(issued, request, reply));
  }

  @Post('refresh')
  @HttpCode(200)
  @ApiPublic()
  @ApiCookieMode()
  @ApiOperation({
    summary: 'Get a new access token',
    description:
      'A refresh token in the body stays the same. One in a cookie is replaced; for ten seconds its predecessor still yields access (two tabs), after that its reappearance ends the session.',
  })
  @ApiResponse({ status: 200, type: TokensView })
  @ApiProblems('invalid_token', 'cross_site_request', 'validation_failed')
  async refresh(
    @Body() body: RefreshBody,
    @Query('cookie') cookie: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokensView> {
    const issued = await this.sessions.refresh(request, transportOf(cookie), body.refresh);
    return this.replies.hand(issued, request, reply);
  }

  @Post('verify')
  @HttpCode(200)
  @ApiPublic()
  @ApiOperation({ summary: 'Ask whether a token would still be accepted' })
  @ApiResponse({ status: 200, type: VerifyView })
  @ApiProblems('invalid_token', 'cross_site_request', 'validation_failed')
  async verify(@Body() body: VerifyBody, @Req() request: FastifyRequest): Promise<VerifyView> {
    await this.sessions.verify(request, body.token);
    return { valid: true };
  }

  @Post('logout')
  @HttpCode(204)
  @ApiPublic()
  @ApiOperation({
    summary: 'End the session of the token in the body, the Authorization header or the cookies',
    description: 'Its access tokens stop working at once. Also 204 where there is nothing left to end.',
  })
  @ApiResponse({ status: 204 })
  @ApiProblems('cross_site_request', 'validation_failed')
  async logout(
    @Body() body: RefreshBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.logout(request, reply, body.refresh);
  }
}
