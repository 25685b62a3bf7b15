import { Controller, Get, Headers, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../common/access/principal.js';
import { EVENT_TYPES } from '../common/events/event-sink.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { CurrentPrincipal } from '../common/http/principal.decorator.js';
import { parsePosition } from './event-messages.js';
import { EventStreams } from './event-streams.js';

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
} as const;

const EXAMPLE = `id: 42
event: archive.received
data: {"ticket_id":"019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11","ticket":"SUP-1482","archive":"019a9a60-0b3e-7a41-8f0e-2b7d5c9e1f30","upload":"5f9f3e8a4a115f9f3e8a4a115f9f3e8a","size":1932735283,"time":"2026-11-20T20:14:22.000Z"}

`;

@ApiTags('events')
@Controller('api/v1/events')
export class EventsController {
  constructor(private readonly streams: EventStreams) {}

  @Get()
  @ApiProblems('invalid_token', 'second_factor_enrolment_required', 'scope_missing')
  @ApiOperation({
    summary: 'What happens to tickets, uploads and archives, as it happens',
    description: [
      'Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), made for EventSource.',
      `Types: ${EVENT_TYPES.map((type) => `\`${type}\``).join(', ')}, and \`reset\`, after which what is shown has to be read anew.`,
      'Events are kept for 24 hours; those called `….progress` are not kept. A comment comes every 15 seconds. The stream ends with the login.',
    ].join('\n'),
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The last event that was seen; the stream begins with the next. Browsers send it by themselves.',
  })
  @ApiResponse({
    status: 200,
    description: 'Does not end by itself.',
    content: { 'text/event-stream': { schema: { type: 'string' }, example: EXAMPLE } },
  })
  async stream(
    @CurrentPrincipal() principal: Principal,
    @Headers('last-event-id') lastSeen: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const stream = await this.streams.open(principal, parsePosition(lastSeen));
    reply.headers(HEADERS);
    if (request.method === 'HEAD') {
      stream.destroy();
      reply.send();
      return;
    }
    reply.send(stream);
  }
}
