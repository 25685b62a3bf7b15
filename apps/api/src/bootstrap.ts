import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Settings } from './config/settings.js';
import { configureHttp, fastifyOptions } from './http-edge.js';

/** Builds the application, ready to listen. `main` and the tests both call it. */
export async function createApp(settings: Settings): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(fastifyOptions(settings));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: ['error', 'warn'],
  });
  configureHttp(app);
  await app.init();
  return app;
}

/** Builds the application and listens. */
export async function bootstrap(settings: Settings): Promise<NestFastifyApplication> {
  const app = await createApp(settings);
  await app.listen({ host: settings.HOST, port: settings.PORT, backlog: settings.LISTEN_BACKLOG });
  return app;
}
