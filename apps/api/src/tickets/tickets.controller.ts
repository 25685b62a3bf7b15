import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../common/access/principal.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { PENDING_DELETION, sendDeletion } from '../common/http/deletion-reply.js';
import { expectedVersions, versionTag } from '../common/http/entity-tag.js';
import { sendPage } from '../common/http/page-reply.js';
import { CurrentPrincipal } from '../common/http/principal.decorator.js';
import {
  TicketInput,
  TicketPatch,
  TicketQuery,
  TicketsResolution,
  TicketsResolutionResult,
  TicketView,
} from './tickets.dto.js';
import { TicketsService } from './tickets.service.js';

const NUMBER_PARAM = { name: 'number', example: 'SUP-1482', description: 'Number of the ticket.' } as const;
const IF_MATCH = {
  name: 'If-Match',
  required: false,
  description: 'The version you have read; 412 when it is not the present one.',
} as const;

@ApiTags('tickets')
@Controller('api/v1/tickets')
export class TicketsController {
  constructor(private readonly tickets: TicketsService) {}

  @Get()
  @ApiProblems('platform_not_found')
  @ApiOperation({ summary: 'List tickets, newest first' })
  @ApiResponse({ status: 200, type: [TicketView] })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: TicketQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly TicketView[]> {
    return sendPage(await this.tickets.list(principal, query), request, reply);
  }

  @Post()
  @ApiProblems('ticket_number_taken', 'platform_not_found', 'token_lifetime_too_long')
  @ApiOperation({ summary: 'Create a ticket with its first upload token' })
  @ApiResponse({ status: 201, type: TicketView })
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() input: TicketInput,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TicketView> {
    return withTag(await this.tickets.create(principal, input), reply);
  }

  @Post('resolve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Mark many tickets as resolved or open' })
  @ApiResponse({ status: 200, type: TicketsResolutionResult })
  resolveAll(
    @CurrentPrincipal() principal: Principal,
    @Body() resolution: TicketsResolution,
  ): Promise<TicketsResolutionResult> {
    return this.tickets.resolveAll(principal, resolution.numbers, resolution.resolved);
  }

  @Get(':number')
  @ApiProblems('ticket_not_found')
  @ApiOperation({ summary: 'Read a ticket' })
  @ApiParam(NUMBER_PARAM)
  @ApiResponse({ status: 200, type: TicketView })
  async read(
    @CurrentPrincipal() principal: Principal,
    @Param('number') number: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TicketView> {
    return withTag(await this.tickets.read(principal, number), reply);
  }

  @Patch(':number')
  @ApiProblems(
    'ticket_not_found',
    'ticket_number_taken',
    'platform_not_found',
    'precondition_failed',
    'token_lifetime_too_long',
  )
  @ApiOperation({ summary: 'Change some fields of a ticket' })
  @ApiParam(NUMBER_PARAM)
  @ApiHeader(IF_MATCH)
  @ApiResponse({ status: 200, type: TicketView })
  async patch(
    @CurrentPrincipal() principal: Principal,
    @Param('number') number: string,
    @Body() patch: TicketPatch,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TicketView> {
    return withTag(await this.tickets.edit(principal, number, patch, expectedVersions(ifMatch)), reply);
  }

  @Put(':number')
  @ApiProblems(
    'ticket_not_found',
    'ticket_number_taken',
    'platform_not_found',
    'precondition_failed',
    'token_lifetime_too_long',
  )
  @ApiOperation({ summary: 'Replace the fields of a ticket' })
  @ApiParam(NUMBER_PARAM)
  @ApiHeader(IF_MATCH)
  @ApiResponse({ status: 200, type: TicketView })
  async put(
    @CurrentPrincipal() principal: Principal,
    @Param('number') number: string,
    @Body() input: TicketInput,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TicketView> {
    return withTag(await this.tickets.edit(principal, number, input, expectedVersions(ifMatch)), reply);
  }

  @Delete(':number')
  @ApiProblems('ticket_not_found')
  @ApiOperation({ summary: 'Delete a ticket with all its archives; needs the second factor' })
  @ApiParam(NUMBER_PARAM)
  @ApiResponse({ status: 204, description: 'Every row and byte is gone.' })
  @ApiResponse(PENDING_DELETION)
  async delete(
    @CurrentPrincipal() principal: Principal,
    @Param('number') number: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ pending: true } | undefined> {
    return sendDeletion(await this.tickets.delete(principal, number), reply);
  }
}

function withTag(view: TicketView, reply: FastifyReply): TicketView {
  reply.header('ETag', versionTag(view.version));
  return view;
}
