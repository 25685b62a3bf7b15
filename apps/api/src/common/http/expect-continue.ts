import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';

const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/**
 * Lets `Expect: 100-continue` (RFC 9110 §10.1.1) wait for us. Node would write `100 Continue` before anybody looked at
 * the request; we write it once the request has passed its checks, so that a refused upload sends no body at all.
 */
export function deferContinue(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.set(request, response);
    server.emit('request', request, response);
  });
}

/** The client still waits for our word before it sends the body. */
export function isAwaitingContinue(request: FastifyRequest): boolean {
  return waiting.has(request.raw);
}

/** Asks for the body, where the client waits to be asked. Idempotent. */
export function sendContinue(request: FastifyRequest): void {
  const response = waiting.get(request.raw);
  if (!response) return;
  waiting.delete(request.raw);
  if (!response.headersSent) response.writeContinue();
}
