import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { RequestBody } from './request-body.js';

const MIB = 1024 * 1024;
const FAILURES = { cut: () => new Error('cut'), standsStill: () => new Error('stands still') };

/** A stream that behaves like a request, as far as a body is concerned. */
function newRequest(): PassThrough & { complete: boolean } {
  const stream = Object.assign(new PassThrough({ highWaterMark: 64 * 1024 }), { complete: false });
  stream.on('end', () => {
    stream.complete = true;
  });
  return stream;
}

function bodyOf(request: PassThrough, idleTimeoutMs = 60_000): RequestBody {
  return new RequestBody(request as unknown as IncomingMessage, idleTimeoutMs, FAILURES);
}

async function readAll(body: RequestBody): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('RequestBody', () => {
  it('gives all bytes in order', async () => {
    const request = newRequest();
    const all = readAll(bodyOf(request));
    for (const text of ['one ', 'two ', 'three']) request.write(text);
    request.end();
    expect((await all).toString()).toBe('one two three');
  });

  it('stops the socket while nobody reads, at about 1 MiB', async () => {
    const request = newRequest();
    const iterator = bodyOf(request)[Symbol.asyncIterator]();
    const first = iterator.next();
    for (let written = 0; written < 8 * MIB; written += 64 * 1024) request.write(Buffer.alloc(64 * 1024));
    await first;
    await delay(50);
    expect(request.isPaused()).toBe(true);
    expect(request.writableLength + request.readableLength).toBeGreaterThan(6 * MIB);
    request.end();
    let bytes = 64 * 1024;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) bytes += next.value.length;
    expect(bytes).toBe(8 * MIB);
  });

  it('fails where the client goes away in the middle', async () => {
    const request = newRequest();
    const all = readAll(bodyOf(request));
    request.write('half');
    await delay(10);
    request.destroy();
    await expect(all).rejects.toThrow('cut');
  });

  it('fails with 408 where it stands still, or trickles', async () => {
    for (const everyMs of [1_000_000, 10]) {
      const request = newRequest();
      const trickle = setInterval(() => request.write('x'), everyMs);
      await expect(readAll(bodyOf(request, 100))).rejects.toThrow('stands still');
      clearInterval(trickle);
    }
  });

  it('does not count the time in which we are slow', async () => {
    const request = newRequest();
    request.write('one');
    const iterator = bodyOf(request, 100)[Symbol.asyncIterator]();
    await iterator.next();
    await delay(300);
    request.end('two');
    expect(Buffer.from((await iterator.next()).value ?? '').toString()).toBe('two');
    await iterator.return?.(undefined);
  });

  it('leaves the connection as it is when it is left early, also while the rest is being drained', async () => {
    const request = newRequest();
    const iterator = bodyOf(request)[Symbol.asyncIterator]();
    request.write('one');
    await iterator.next();
    const pending = iterator.next();
    void iterator.return?.(undefined);
    request.resume();
    request.write('two');
    await pending;
    await delay(10);
    expect([request.isPaused(), request.destroyed]).toEqual([false, false]);
    request.destroy();
  });
});
