import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiPublic } from '../common/http/api-docs.js';
import { IgnoresCredentials } from '../common/http/ignores-credentials.decorator.js';
import { HealthService, type Readiness } from './health.service.js';

const COME_BACK_AFTER_S = '5';

const STATUS = { type: 'object', required: ['status'], properties: { status: { type: 'string' } } };
const INDICATORS = { type: 'object', additionalProperties: STATUS };
const REPORT = {
  type: 'object',
  required: ['status', 'details'],
  properties: {
    status: { type: 'string', enum: ['ok', 'degraded', 'error', 'shutting_down'] },
    info: INDICATORS,
    error: INDICATORS,
    details: INDICATORS,
  },
};

/** What orchestrators ask. */
@ApiTags('service')
@ApiPublic()
@IgnoresCredentials()
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('health/live')
  @ApiOperation({ summary: 'The process answers' })
  @ApiOkResponse({ schema: STATUS })
  live(@Res({ passthrough: true }) reply: FastifyReply) {
    return uncached(reply, { status: 'ok' });
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'The server can work: all indicators are up or degraded' })
  @ApiOkResponse({ schema: REPORT })
  @ApiServiceUnavailableResponse({ schema: REPORT })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    return sendReadiness(reply, await this.health.readiness());
  }

  @Get('api/v1/check/health')
  @ApiOperation({ summary: 'The process answers, as the original said it' })
  @ApiOkResponse({ schema: STATUS })
  check(@Res({ passthrough: true }) reply: FastifyReply) {
    return uncached(reply, { status: 'ok' });
  }
}

function uncached<T>(reply: FastifyReply, body: T): T {
  reply.header('Cache-Control', 'no-store');
  return body;
}

function sendReadiness(reply: FastifyReply, { isReady, report }: Readiness): Readiness['report'] {
  if (!isReady) reply.code(503).header('Retry-After', COME_BACK_AFTER_S);
  return uncached(reply, report);
}
