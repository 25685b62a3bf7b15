import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyHttpOptions, FastifyReply, FastifyRequest } from 'fastify';
import { installAccessLog } from './common/http/access-log.js';
import { AllowedHosts, installHostCheck } from './common/http/allowed-hosts.js';
import { installBodyParsing } from './common/http/body-parsing.js';
import { clientErrorHandler } from './common/http/client-errors.js';
import { limitSocketsPerClient } from './common/http/client-sockets.js';
import { installCompression } from './common/http/compression.js';
import { installDraining, RequestsUnderWay } from './common/http/draining.js';
import { deferContinue, installExpectationCheck } from './common/http/expect-continue.js';
import { installFormerAddresses } from './common/http/former-addresses.js';
import { installForwardedWarning } from './common/http/forwarded-headers.js';
import { HttpMetrics } from './common/http/http-metrics.js';
import { ProblemFilter } from './common/http/problem.filter.js';
import { PublicUrl } from './common/http/public-url.js';
import { requestIdSource } from './common/http/request-id.js';
import { installRequestSpans } from './common/http/request-spans.js';
import { RouteTable } from './common/http/route-table.js';
import { installSecurityHeaders, setSecurityHeaders } from './common/http/security-headers.js';
import { installUnknownRoutes } from './common/http/unknown-routes.js';
import { installUploaderScripts } from './common/http/uploader-scripts.js';
import { InputValidation } from './common/http/validation.js';
import { installWebPages } from './common/http/web-pages.js';
import type { AppLog } from './common/logging/logger.js';
import { withRequestContext } from './common/request-context.js';
import { ShutdownSignal } from './common/shutdown-signal.js';
import type { Settings } from './config/settings.js';

const HEADERS_TIMEOUT_MS = 15_000;
const TIMEOUT_CHECK_MS = 5_000;

/** Limits and trust of the HTTP server itself. */
export function fastifyOptions(settings: Settings, log: AppLog): FastifyHttpOptions<Server> {
  const publicUrl = new PublicUrl(settings);
  return {
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 8_192 },
    trustProxy: (address: string) => settings.TRUSTED_PROXIES.includes(address),
    // A body that moves has no limit; the doors themselves watch for bodies that stand still.
    requestTimeout: 0,
    keepAliveTimeout: settings.KEEP_ALIVE_TIMEOUT,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      // Our own check answers with a problem document.
      requireHostHeader: false,
    },
    genReqId: requestIdSource(settings.TRUSTED_PROXIES),
    clientErrorHandler: clientErrorHandler(log),
    // While the process ends, our own answer tells clients when to come back.
    return503OnClosing: false,
    // Whoever still has a request then was given its time. A browser's spare connections, on which nothing was ever
    // asked, count as busy for Node and would hold the end up for the whole KEEP_ALIVE_TIMEOUT.
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => refuseUnroutable(error, request as Request, reply as Reply, publicUrl),
    logger: false,
  };
}

type Request = FastifyRequest;
/** Fastify gives its handlers of errors a reply with other type parameters; it is the same object. */
type Reply = FastifyReply;

/** URLs that cannot be decoded reach no hook, so their answer gets its headers here. */
function refuseUnroutable(error: FastifyError, request: Request, reply: Reply, publicUrl: PublicUrl): void {
  setSecurityHeaders(request, reply, publicUrl);
  new ProblemFilter().send(error, request, reply);
}

/** What holds for every request, before any module sees it. */
export async function configureHttp(app: NestFastifyApplication, settings: Settings, log: AppLog): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const publicUrl = app.get(PublicUrl);
  const routes = app.get(RouteTable);
  limitSocketsPerClient(fastify.server, settings.MAX_SOCKETS_PER_CLIENT, settings.TRUSTED_PROXIES);
  installBodyParsing(fastify, settings.REQUEST_IDLE_TIMEOUT);
  deferContinue(fastify.server);
  routes.watch(fastify);
  fastify.addHook('onRequest', (request, _reply, done) => {
    withRequestContext(
      { requestId: request.id, address: request.ip, agent: request.headers['user-agent'] ?? '' },
      done,
    );
  });
  installRequestSpans(fastify);
  installAccessLog(fastify, log, app.get(HttpMetrics));
  installSecurityHeaders(fastify, publicUrl);
  installForwardedWarning(fastify, settings.TRUSTED_PROXIES, log);
  installHostCheck(fastify, new AllowedHosts(settings.ALLOWED_HOSTS));
  installExpectationCheck(fastify);
  installDraining(fastify, app.get(ShutdownSignal), app.get(RequestsUnderWay));
  installUnknownRoutes(fastify, routes);
  await installCompression(fastify);
  installFormerAddresses(fastify);
  installUploaderScripts(fastify, publicUrl);
  await installWebPages(fastify);
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(new InputValidation());
}
