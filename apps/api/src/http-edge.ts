import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import { installBodyParsing } from './common/http/body-parsing.js';
import { deferContinue } from './common/http/expect-continue.js';
import { ProblemFilter } from './common/http/problem.filter.js';
import { InputValidation } from './common/http/validation.js';
import { withRequestContext } from './common/request-context.js';
import type { Settings } from './config/settings.js';

const HEADERS_TIMEOUT_MS = 15_000;

/** Limits and trust of the HTTP server itself. */
export function fastifyOptions(settings: Settings): FastifyServerOptions {
  return {
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 8_192 },
    trustProxy: (address: string) => settings.TRUSTED_PROXIES.includes(address),
    // A body that moves has no limit; the doors themselves watch for bodies that stand still.
    requestTimeout: 0,
    keepAliveTimeout: settings.KEEP_ALIVE_TIMEOUT,
    genReqId: () => randomUUID(),
    logger: false,
  };
}

/** What holds for every request, before any module sees it. */
export function configureHttp(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.server.headersTimeout = HEADERS_TIMEOUT_MS;
  installBodyParsing(fastify);
  deferContinue(fastify.server);
  fastify.addHook('onRequest', (request, _reply, done) => {
    withRequestContext(
      { requestId: request.id, address: request.ip, agent: request.headers['user-agent'] ?? '' },
      done,
    );
  });
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(new InputValidation());
  app.enableShutdownHooks();
}
