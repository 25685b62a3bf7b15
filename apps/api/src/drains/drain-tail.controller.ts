import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../common/access/principal.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { LASTING_ANSWER } from '../common/http/compression.js';
import { CurrentPrincipal } from '../common/http/principal.decorator.js';
import { DrainTailQuery } from './drain-tail.dto.js';
import { DrainTails } from './drain-tails.js';

const HEADERS = {
  'Content-Type': 'text/plain; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
} as const;

const EXAMPLE = ': begins\n2026-11-25T19:03:20Z shop-production app[web.6d4cf56db6-abcde]: hello\n: keep-alive\n';

@ApiTags('drains')
@Controller('api/v1/drains/tail')
export class DrainTailController {
  constructor(private readonly tails: DrainTails) {}

  @Get()
  @RouteConfig(LASTING_ANSWER)
  @ApiProblems(
    ...['shuttle_not_configured', 'shuttle_unreachable', 'shuttle_key_refused'],
    ...['too_many_tails', 'second_factor_required'],
  )
  @ApiOperation({
    summary: 'The log of an app or a site, as it comes',
    description: [
      'Lines of text. Those that begin with `:` are comments: one comes at once, one every 15 seconds, and one where lines were left out because they were not read in time.',
      'Ends after an hour, and with the login.',
    ].join('\n'),
  })
  @ApiResponse({
    status: 200,
    description: 'Does not end by itself before an hour has passed.',
    content: { 'text/plain': { schema: { type: 'string' }, example: EXAMPLE } },
  })
  async stream(
    @CurrentPrincipal() principal: Principal,
    @Query() query: DrainTailQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const lines = await this.tails.open(principal, query);
    reply.headers(HEADERS);
    if (request.method === 'HEAD') {
      lines.destroy();
      reply.send();
      return;
    }
    reply.send(lines);
  }
}
