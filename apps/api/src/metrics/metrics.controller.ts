import { createHash, timingSafeEqual } from 'node:crypto';
import { METRICS_MEDIA_TYPE } from '@logs-collector/runtime/metrics-server';
import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { commonErrors } from '../common/errors/common.errors.js';
import { IgnoresCredentials } from '../common/http/ignores-credentials.decorator.js';
import { Metrics } from '../common/metrics/metrics.js';
import { SETTINGS, type Settings } from '../config/settings.js';

const BEARER = /^Bearer +(\S+) *$/i;

/** The metrics on the port of the API, for `METRICS=token:…`. No part of the API: its form is Prometheus's. */
@ApiExcludeController()
@IgnoresCredentials()
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'METRICS'>,
    private readonly metrics: Metrics,
  ) {}

  @Get()
  async read(@Headers('authorization') header: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    const access = this.settings.METRICS;
    if (access.kind !== 'token') throw commonErrors.notFound('This path');
    const presented = BEARER.exec(header ?? '')?.[1];
    if (presented === undefined || !isSame(presented, access.secret)) {
      throw commonErrors.unauthenticated('This needs the secret of METRICS as a bearer token.');
    }
    reply.headers({ 'Content-Type': METRICS_MEDIA_TYPE, 'Cache-Control': 'no-store' });
    reply.send(await this.metrics.text());
  }
}

/** In a time that tells nothing of either. */
function isSame(presented: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(presented), digest(secret));
}
