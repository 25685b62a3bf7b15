import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module.js';
import { type AppLog, createLog } from './common/logging/logger.js';
import { NestLogger } from './common/logging/nest-logger.js';
import type { Settings } from './config/settings.js';
import { configureHttp, fastifyOptions } from './http-edge.js';
import { OpenApiService } from './openapi/openapi.service.js';

/** Builds the application, ready to listen. `main` and the tests both call it; tests may add routes of their own. */
export async function createApp(
  settings: Settings,
  log: AppLog = createLog(settings),
  addRoutes: (fastify: FastifyInstance) => void = () => undefined,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(fastifyOptions(settings, log));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new NestLogger(log),
  });
  await configureHttp(app, settings, log);
  addRoutes(app.getHttpAdapter().getInstance());
  await app.init();
  app.get(OpenApiService).describe(app);
  return app;
}

/** Builds the application and listens. */
export async function bootstrap(settings: Settings, log?: AppLog): Promise<NestFastifyApplication> {
  const app = await createApp(settings, log);
  await app.listen({ host: settings.HOST, port: settings.PORT, backlog: settings.LISTEN_BACKLOG });
  return app;
}
