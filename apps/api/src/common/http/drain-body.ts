import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isAwaitingContinue } from './expect-continue.js';

interface Bounds {
  readonly bytes: number;
  readonly ms: number;
}

const PATIENT: Bounds = { bytes: 64 * 1024 * 1024, ms: 5_000 };
/** Long enough for a client that reads while it sends. */
const URGENT: Bounds = { bytes: 1024 * 1024, ms: 250 };
const CHECK_INTERVAL_MS = 20;

/**
 * Before an early answer to a request whose body is still coming. Closing the line at once would reset it, and the
 * client would see a broken connection instead of our answer. So the rest is read and thrown away, within bounds; they
 * are narrow where the answer is urgent. Resolves when that is over; undefined where there is nothing to read.
 */
export function drainBody(request: FastifyRequest, reply: FastifyReply, isUrgent: boolean): Promise<void> | undefined {
  const { raw } = request;
  if (raw.complete || raw.readableEnded || raw.destroyed) return undefined;
  if (isAwaitingContinue(request)) {
    // No body was asked for. Whether one comes nevertheless cannot be known, so the connection cannot be used again.
    reply.header('Connection', 'close');
    return undefined;
  }
  const bounds = isUrgent ? URGENT : PATIENT;
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const before = raw.socket.bytesRead;
    // Asked of the socket: once the answer is out, Node takes our listeners for the data away.
    const finish = (): void => {
      clearInterval(timer);
      resolve();
    };
    const timer = setInterval(() => {
      const isTooMuch = raw.socket.bytesRead - before > bounds.bytes;
      if (!isTooMuch && performance.now() - startedAt <= bounds.ms) return;
      raw.destroy();
      // Not every body tells that it was closed.
      finish();
    }, CHECK_INTERVAL_MS);
    raw.on('error', () => undefined);
    raw.once('close', finish).once('end', finish).resume();
  });
}

/**
 * A whole answer whose end is held back until the body has been drained. For connections that end with their answer:
 * the client reads all of it at once, and the line is not cut under a client that is still sending.
 */
export function heldOpen(text: string, drained: Promise<void>): Readable {
  return Readable.from(
    (async function* () {
      yield Buffer.from(text);
      await drained;
    })(),
    { objectMode: false },
  );
}

/** HTTP/1.0 without keep-alive, which is how some proxies speak to us, or `Connection: close`. */
export function endsWithAnswer(request: FastifyRequest): boolean {
  const options = (request.headers.connection ?? '').toLowerCase();
  return request.raw.httpVersion === '1.0' ? !options.includes('keep-alive') : options.includes('close');
}
