import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../common/access/principal.js';
import { ApiLoginOnly, ApiProblems } from '../../common/http/api-docs.js';
import { mapPage } from '../../common/http/page.js';
import { PageQuery } from '../../common/http/page-query.dto.js';
import { sendPage } from '../../common/http/page-reply.js';
import { CurrentPrincipal } from '../../common/http/principal.decorator.js';
import { PublicUrl } from '../../common/http/public-url.js';
import { InvitedUserView, toInvitedUserView, toUserView, UserInput, UserPatch, UserView } from './users.dto.js';
import { UsersService } from './users.service.js';

const USERNAME_PARAM = { name: 'username', example: 'anna', description: 'Name for the login.' } as const;
const MANAGE_PROBLEMS = [
  'invalid_token',
  'fresh_second_factor_required',
  'second_factor_enrolment_required',
  'scope_missing',
];

@ApiTags('users')
@Controller('api/v1/users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List users, newest first; deactivated ones too' })
  @ApiResponse({ status: 200, type: [UserView] })
  @ApiProblems('invalid_token', 'second_factor_enrolment_required', 'scope_missing')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly UserView[]> {
    return sendPage(mapPage(await this.users.list(principal, query), toUserView), request, reply);
  }

  @Post()
  @ApiLoginOnly()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Create a user and an invitation',
    description: 'The link holds for 72 hours and once; on it the user sets password and second factor together.',
  })
  @ApiResponse({ status: 201, type: InvitedUserView })
  @ApiProblems('username_taken', 'validation_failed', ...MANAGE_PROBLEMS)
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() body: UserInput,
    @Req() request: FastifyRequest,
  ): Promise<InvitedUserView> {
    const invited = await this.users.create(principal, body.username, body.role);
    return toInvitedUserView(invited, this.publicUrl.of(request));
  }

  @Get(':username')
  @ApiParam(USERNAME_PARAM)
  @ApiOperation({ summary: 'Show a user' })
  @ApiResponse({ status: 200, type: UserView })
  @ApiProblems('invalid_token', 'not_found', 'second_factor_enrolment_required', 'scope_missing')
  async get(@CurrentPrincipal() principal: Principal, @Param('username') username: string): Promise<UserView> {
    return toUserView(await this.users.get(principal, username));
  }

  @Patch(':username')
  @ApiLoginOnly()
  @ApiParam(USERNAME_PARAM)
  @ApiOperation({ summary: 'Change role or activity', description: 'Holds from the next request on.' })
  @ApiResponse({ status: 200, type: UserView })
  @ApiProblems('not_found', 'last_administrator', 'validation_failed', ...MANAGE_PROBLEMS)
  async update(
    @CurrentPrincipal() principal: Principal,
    @Param('username') username: string,
    @Body() { role, is_active: isActive }: UserPatch,
  ): Promise<UserView> {
    return toUserView(await this.users.update(principal, username, { role, isActive }));
  }

  @Delete(':username')
  @ApiLoginOnly()
  @HttpCode(204)
  @ApiParam(USERNAME_PARAM)
  @ApiOperation({ summary: 'Deactivate a user', description: 'Ends sessions and keys; tickets keep the name.' })
  @ApiResponse({ status: 204 })
  @ApiProblems('not_found', 'last_administrator', ...MANAGE_PROBLEMS)
  async deactivate(@CurrentPrincipal() principal: Principal, @Param('username') username: string): Promise<void> {
    await this.users.deactivate(principal, username);
  }

  @Post(':username/invitation')
  @ApiLoginOnly()
  @Header('Cache-Control', 'no-store')
  @ApiParam(USERNAME_PARAM)
  @ApiOperation({ summary: 'Make a new invitation; earlier links stop working' })
  @ApiResponse({ status: 201, type: InvitedUserView })
  @ApiProblems('not_found', 'conflict', 'second_factor_exists', ...MANAGE_PROBLEMS)
  async invite(
    @CurrentPrincipal() principal: Principal,
    @Param('username') username: string,
    @Req() request: FastifyRequest,
  ): Promise<InvitedUserView> {
    return toInvitedUserView(await this.users.invite(principal, username), this.publicUrl.of(request));
  }

  @Delete(':username/2fa')
  @ApiLoginOnly()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiParam(USERNAME_PARAM)
  @ApiOperation({
    summary: 'Reset password and second factor of a user',
    description: 'Ends sessions and keys, and answers the link on which the user sets both anew.',
  })
  @ApiResponse({ status: 200, type: InvitedUserView })
  @ApiProblems('not_found', 'own_account', ...MANAGE_PROBLEMS)
  async resetSecondFactor(
    @CurrentPrincipal() principal: Principal,
    @Param('username') username: string,
    @Req() request: FastifyRequest,
  ): Promise<InvitedUserView> {
    return toInvitedUserView(await this.users.resetSecondFactor(principal, username), this.publicUrl.of(request));
  }
}
