import { Body, Controller, Header, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems, ApiPublic } from '../../common/http/api-docs.js';
import { IgnoresCredentials } from '../../common/http/ignores-credentials.decorator.js';
import { ApiCookieMode, transportOf } from '../http/cookie-mode.decorator.js';
import { OwnPage } from '../http/own-page.js';
import { SessionReplies } from '../http/session-replies.js';
import { toLoginView } from '../sessions/session.dto.js';
import { ConfirmedView } from '../two-factor/two-factor.dto.js';
import { AcceptanceBody, InvitationBody, InvitationView, toInvitationView } from './invitations.dto.js';
import { InvitationsService } from './invitations.service.js';

@ApiTags('login')
@IgnoresCredentials()
@Controller('api/v1/auth/invitation')
export class InvitationsController {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly ownPage: OwnPage,
    private readonly replies: SessionReplies,
  ) {}

  @Post()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiPublic()
  @ApiOperation({ summary: 'Open an invitation: whom it is for, and the second factor to set up' })
  @ApiResponse({ status: 200, type: InvitationView })
  @ApiProblems('invitation_invalid', 'validation_failed')
  async open(@Body() body: InvitationBody): Promise<InvitationView> {
    return toInvitationView(await this.invitations.open(body.code));
  }

  @Post('accept')
  @HttpCode(201)
  @ApiPublic()
  @ApiCookieMode()
  @ApiOperation({
    summary: 'Set password and second factor together, and log in',
    description: 'Once; the link then stops working.',
  })
  @ApiResponse({ status: 201, type: ConfirmedView })
  @ApiProblems('invitation_invalid', 'wrong_code', 'cross_site_request', 'validation_failed', 'unavailable')
  async accept(
    @Body() body: AcceptanceBody,
    @Query('cookie') cookie: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConfirmedView> {
    const transport = transportOf(cookie);
    if (transport === 'cookie') this.ownPage.require(request);
    const { recoveryCodes, issued } = await this.invitations.accept({ ...body, transport });
    const tokens = this.replies.hand(issued, request, reply);
    return { ...toLoginView(issued, tokens), recovery_codes: recoveryCodes };
  }
}
