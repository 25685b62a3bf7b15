import type { FastifyReply, FastifyRequest } from 'fastify';
import { isAwaitingContinue } from './expect-continue.js';

const MAX_DRAIN_BYTES = 64 * 1024 * 1024;
const MAX_DRAIN_MS = 5_000;

/**
 * Before an early answer to a request whose body is still coming. Closing the line at once would reset it, and the
 * client would see a broken connection instead of our answer. So the rest is read and thrown away, within bounds.
 */
export function drainBody(request: FastifyRequest, reply: FastifyReply): void {
  const { raw } = request;
  if (raw.complete || raw.destroyed) return;
  if (isAwaitingContinue(request)) {
    // No body was asked for. Whether one comes nevertheless cannot be known, so the connection cannot be used again.
    reply.header('Connection', 'close');
    return;
  }
  let bytes = 0;
  const timer = setTimeout(() => raw.destroy(), MAX_DRAIN_MS);
  raw.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_DRAIN_BYTES) raw.destroy();
  });
  raw.on('error', () => undefined);
  raw.once('close', () => clearTimeout(timer));
  raw.once('end', () => clearTimeout(timer));
  raw.resume();
}
