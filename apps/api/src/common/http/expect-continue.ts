import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { edgeErrors } from './edge.errors.js';

const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/**
 * Lets `Expect: 100-continue` (RFC 9110 §10.1.1) wait for us. Node would write `100 Continue` before anybody looked at
 * the request; we write it once the request has passed its checks, so that a refused upload sends no body at all.
 */
export function deferContinue(server: Server): void {
  const handOn = (request: IncomingMessage, response: ServerResponse): void => {
    waiting.set(request, response);
    server.emit('request', request, response);
  };
  // Where nobody listens, Node answers other expectations itself, without a body.
  server.on('checkContinue', handOn).on('checkExpectation', handOn);
}

/** Refuses what is expected of us beyond that; RFC 9110 §10.1.1 knows no other expectation. */
export function installExpectationCheck(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request) => {
    const { expect } = request.headers;
    if (expect !== undefined && isAwaitingContinue(request) && expect.trim().toLowerCase() !== '100-continue') {
      throw edgeErrors.expectationFailed();
    }
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
