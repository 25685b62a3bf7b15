import { Body, Controller, Delete, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../common/access/principal.js';
import { ApiLoginOnly, ApiProblems } from '../../common/http/api-docs.js';
import { CurrentPrincipal } from '../../common/http/principal.decorator.js';
import { isoTime } from '../http/iso-time.js';
import { SessionReplies } from '../http/session-replies.js';
import { toLoginView } from '../sessions/session.dto.js';
import {
  BothFactorsBody,
  ConfirmedView,
  OfferedSecretView,
  OtpBody,
  RecoveryCodesView,
  SetupBody,
  toOfferedSecretView,
  VerifiedView,
} from './two-factor.dto.js';
import { TwoFactorService } from './two-factor.service.js';

const CODE_PROBLEMS = ['wrong_code', 'invalid_token', 'second_factor_enrolment_required', 'too_many_requests'];

@ApiTags('second factor')
@ApiLoginOnly()
@Controller('api/v1/auth/2fa')
export class TwoFactorController {
  constructor(
    private readonly twoFactor: TwoFactorService,
    private readonly replies: SessionReplies,
  ) {}

  @Post('setup')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Begin to set up or replace the second factor',
    description:
      'Needs a login of the last ten minutes; replacing also needs password and a code. Nothing changes until the new secret is confirmed, in this session and within ten minutes.',
  })
  @ApiResponse({ status: 200, type: OfferedSecretView })
  @ApiProblems('recent_login_required', 'enrolment_by_invitation', 'wrong_password', 'unavailable', ...CODE_PROBLEMS)
  async setUp(@CurrentPrincipal() principal: Principal, @Body() body: SetupBody): Promise<OfferedSecretView> {
    return toOfferedSecretView(await this.twoFactor.setUp(principal, body));
  }

  @Post('confirm')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Confirm the new second factor with its first code',
    description: 'All other sessions end. Five wrong codes end this one.',
  })
  @ApiResponse({ status: 200, type: ConfirmedView })
  @ApiProblems('wrong_code', 'invalid_token', 'no_second_factor_pending')
  async confirm(
    @CurrentPrincipal() principal: Principal,
    @Body() body: OtpBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConfirmedView> {
    const { recoveryCodes, issued } = await this.twoFactor.confirm(principal, body.otp);
    const tokens = this.replies.hand(issued, request, reply);
    return { ...toLoginView(issued, tokens), recovery_codes: recoveryCodes };
  }

  @Post('verify')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Give a code again, for what needs it within five minutes',
    description: 'Five wrong codes in a row end the login; after ten an hour the account takes recovery codes only.',
  })
  @ApiResponse({ status: 200, type: VerifiedView })
  @ApiProblems(...CODE_PROBLEMS)
  async verify(@CurrentPrincipal() principal: Principal, @Body() body: OtpBody): Promise<VerifiedView> {
    return { verified_at: isoTime(await this.twoFactor.verify(principal, body.otp)) };
  }

  @Post('recovery-codes')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Make ten new recovery codes; the old ones stop working' })
  @ApiResponse({ status: 200, type: RecoveryCodesView })
  @ApiProblems('wrong_password', 'unavailable', ...CODE_PROBLEMS)
  async regenerate(
    @CurrentPrincipal() principal: Principal,
    @Body() body: BothFactorsBody,
  ): Promise<RecoveryCodesView> {
    return { recovery_codes: await this.twoFactor.regenerateRecoveryCodes(principal, body) };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Remove the second factor',
    description: 'A new one then needs an invitation. The last administrator who has one replaces it instead.',
  })
  @ApiResponse({ status: 204 })
  @ApiProblems('wrong_password', 'last_administrator', 'unavailable', ...CODE_PROBLEMS)
  async remove(@CurrentPrincipal() principal: Principal, @Body() body: BothFactorsBody): Promise<void> {
    await this.twoFactor.remove(principal, body);
  }
}
