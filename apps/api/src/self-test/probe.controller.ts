import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Headers, Inject, Put, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { commonErrors } from '../common/errors/common.errors.js';
import { RAW_BODY } from '../common/http/body-parsing.js';
import { sendContinue } from '../common/http/expect-continue.js';
import { IgnoresCredentials } from '../common/http/ignores-credentials.decorator.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ProbeTickets } from './probe-tickets.js';
import { PAUSE_MS, PROBE_PATH, type ProbeEcho, TICKET_HEADER } from './self-test.rules.js';

const MAX_BODY_BYTES = 1024 * 1024;
/** As the live events have them. */
const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
} as const;

/** The far end of the self-test: tells its requests how they arrived. */
@ApiExcludeController()
@IgnoresCredentials()
@Controller(PROBE_PATH)
export class ProbeController {
  constructor(
    private readonly tickets: ProbeTickets,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'TRUSTED_PROXIES'>,
  ) {}

  /** Reads a body and tells when its bytes came. */
  @Put('body')
  @RouteConfig(RAW_BODY)
  async readBody(
    @Req() request: FastifyRequest,
    @Headers(TICKET_HEADER) ticket: string | undefined,
  ): Promise<ProbeEcho> {
    this.tickets.require(ticket);
    const echo = this.echo(request);
    sendContinue(request);
    return { ...echo, ...(await arrivalOf(request)) };
  }

  /** Answers a request whose body has not begun: whether its declared size may pass is decided before. */
  @Put('size')
  @RouteConfig(RAW_BODY)
  async readNothing(
    @Req() request: FastifyRequest,
    @Headers(TICKET_HEADER) ticket: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProbeEcho> {
    this.tickets.require(ticket);
    reply.header('Connection', 'close');
    return this.echo(request);
  }

  /** Two pieces with a pause between them. */
  @Get('stream')
  stream(@Headers(TICKET_HEADER) ticket: string | undefined, @Res() reply: FastifyReply): void {
    this.tickets.require(ticket);
    const pieces = new PassThrough();
    reply.headers(STREAM_HEADERS).send(pieces);
    pieces.write(': first\n\n');
    void delay(PAUSE_MS).then(() => pieces.end(': second\n\n'));
  }

  private echo(request: FastifyRequest): ProbeEcho {
    const isForwarded = Object.keys(request.headers).some((name) => name.startsWith('x-forwarded-'));
    return {
      protocol: request.protocol,
      host: request.host,
      is_proxy_ignored: isForwarded && !this.settings.TRUSTED_PROXIES.includes(request.socket.remoteAddress ?? ''),
      expects_continue: request.headers.expect !== undefined,
    };
  }
}

async function arrivalOf(request: FastifyRequest): Promise<Pick<ProbeEcho, 'first_byte_ms' | 'last_byte_ms'>> {
  const begun = performance.now();
  let firstMs: number | undefined;
  let length = 0;
  for await (const chunk of request.raw as AsyncIterable<Buffer>) {
    firstMs ??= performance.now() - begun;
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw commonErrors.bodyTooLarge(MAX_BODY_BYTES);
  }
  return { first_byte_ms: firstMs ?? 0, last_byte_ms: performance.now() - begun };
}
