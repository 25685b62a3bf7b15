import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { ShutdownSignal } from '../shutdown-signal.js';
import { edgeErrors } from './edge.errors.js';
import { isHealthPath } from './request-path.js';

/** Counts the requests under way, so that the end of the process can wait for them. */
@Injectable()
export class RequestsUnderWay {
  private count = 0;
  private readonly idle: (() => void)[] = [];

  begin(): void {
    this.count += 1;
  }

  finish(): void {
    this.count -= 1;
    if (this.count === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  /** Resolves when nothing is under way. */
  async whenIdle(): Promise<void> {
    if (this.count > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }
}

/**
 * Once the process is about to end, new requests are sent away with 503 while those under way go on: a client learns at
 * once that it should come back, where a closed port would tell it nothing.
 */
export function installDraining(fastify: FastifyInstance, shutdown: ShutdownSignal, underWay: RequestsUnderWay): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (isHealthPath(request.url)) return;
    if (shutdown.isDraining) {
      reply.header('Connection', 'close');
      throw edgeErrors.shuttingDown();
    }
    underWay.begin();
    reply.raw.once('close', () => underWay.finish());
  });
}
