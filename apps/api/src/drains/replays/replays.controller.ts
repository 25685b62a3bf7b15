import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../common/access/principal.js';
import { ApiProblems } from '../../common/http/api-docs.js';
import { sendPage } from '../../common/http/page-reply.js';
import { CurrentPrincipal } from '../../common/http/principal.decorator.js';
import { ReplayInput, ReplaysQuery, ReplayView } from './replays.dto.js';
import { ReplaysService } from './replays.service.js';

const ID_PARAM = { name: 'id', description: 'Id of the replay.' } as const;

@ApiTags('replays')
@Controller('api/v1')
export class ReplaysController {
  constructor(private readonly replays: ReplaysService) {}

  @Post('archives/:archive/replays')
  @HttpCode(202)
  @ApiProblems(
    ...['archive_not_found', 'archive_bytes_missing', 'archive_corrupt', 'archive_not_text'],
    ...['replay_exists', 'too_many_replays', 'drain_not_found', 'drain_paused', 'second_factor_required'],
    ...['shuttle_not_configured', 'shuttle_unreachable', 'shuttle_key_refused'],
  )
  @ApiOperation({
    summary: 'Send the lines of an archive to a drain',
    description: [
      'A text, also compressed with gzip or Zstandard. Each line carries the time that is found in it, and the number of the ticket as structured data.',
      'At least once and in order: after an interruption, lines of the last batch may arrive again.',
    ].join('\n'),
  })
  @ApiParam({ name: 'archive', description: 'Id of the archive.' })
  @ApiResponse({ status: 202, type: ReplayView })
  create(
    @CurrentPrincipal() principal: Principal,
    @Param('archive') archiveId: string,
    @Body() input: ReplayInput,
  ): Promise<ReplayView> {
    return this.replays.begin(principal, archiveId, input);
  }

  @Get('replays')
  @ApiProblems('ticket_not_found')
  @ApiOperation({ summary: 'List replays, newest first' })
  @ApiResponse({ status: 200, type: [ReplayView] })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ReplaysQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly ReplayView[]> {
    return sendPage(await this.replays.list(principal, query), request, reply);
  }

  @Get('replays/:id')
  @ApiProblems('replay_not_found')
  @ApiOperation({ summary: 'Read how far a replay is and what became of it' })
  @ApiParam(ID_PARAM)
  @ApiResponse({ status: 200, type: ReplayView })
  read(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<ReplayView> {
    return this.replays.read(principal, id);
  }

  @Delete('replays/:id')
  @HttpCode(204)
  @ApiProblems('replay_not_found', 'replay_ended', 'second_factor_required')
  @ApiOperation({ summary: 'Cancel a replay', description: 'What was sent before has been sent.' })
  @ApiParam(ID_PARAM)
  @ApiResponse({ status: 204, description: 'No further line is sent.' })
  cancel(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.replays.cancel(principal, id);
  }
}
