import { Body, Controller, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../common/access/principal.js';
import { ApiLoginOnly, ApiProblems } from '../../common/http/api-docs.js';
import { CurrentPrincipal } from '../../common/http/principal.decorator.js';
import { AccountService } from './account.service.js';
import { AccountPatch, AccountView, PasswordBody, toAccountView } from './users.dto.js';

@ApiTags('account')
@Controller('api/v1/auth')
export class AccountController {
  constructor(private readonly account: AccountService) {}

  @Get('me')
  @ApiOperation({ summary: 'Show the own account: role, second factor, and what may be done' })
  @ApiResponse({ status: 200, type: AccountView })
  @ApiProblems('invalid_token')
  async get(@CurrentPrincipal() principal: Principal): Promise<AccountView> {
    return toAccountView(await this.account.get(principal));
  }

  @Patch('me')
  @ApiLoginOnly()
  @ApiOperation({ summary: 'Change how the own name is shown, and the language' })
  @ApiResponse({ status: 200, type: AccountView })
  @ApiProblems('invalid_token', 'validation_failed')
  async update(@CurrentPrincipal() principal: Principal, @Body() body: AccountPatch): Promise<AccountView> {
    const changes = {
      ...(body.display_name === undefined ? {} : { displayName: body.display_name }),
      ...(body.locale === undefined ? {} : { locale: body.locale }),
    };
    return toAccountView(await this.account.update(principal, changes));
  }

  @Post('password')
  @ApiLoginOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Change the own password', description: 'All other sessions end.' })
  @ApiResponse({ status: 204 })
  @ApiProblems('wrong_password', 'invalid_token', 'validation_failed', 'too_many_requests', 'unavailable')
  async changePassword(@CurrentPrincipal() principal: Principal, @Body() body: PasswordBody): Promise<void> {
    await this.account.changePassword(principal, body.password, body.new_password);
  }
}
