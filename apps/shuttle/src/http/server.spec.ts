import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createLog } from '../log.js';
import { createServer } from './server.js';

describe('Connections of whoever has no key', () => {
  let server: FastifyInstance;
  let sockets: Socket[];

  async function listen(timeoutMs: number): Promise<void> {
    const times = { headersTimeoutMs: timeoutMs, requestTimeoutMs: 2 * timeoutMs, checkIntervalMs: 50 };
    server = createServer('key', createLog('silent'), { maxConnections: 2, ...times });
    await server.listen({ host: '127.0.0.1', port: 0 });
    sockets = [];
  }

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await server.close();
  });

  async function open(text: string): Promise<{ socket: Socket; closed: Promise<unknown> }> {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(socket);
    // One that is cut off may end with an error.
    const closed = new Promise((resolve) => socket.resume().on('error', resolve).once('close', resolve));
    await once(socket, 'connect');
    socket.write(text);
    return { socket, closed };
  }

  it('are ended where their headers or their body do not end', async () => {
    await listen(100);
    const unfinished = await Promise.all([
      open('GET /drains HTTP/1.1\r\nHost: x\r\nX: y'),
      open('POST /drains HTTP/1.1\r\nHost: x\r\nAuthorization: key\r\nContent-Length: 9\r\n\r\n{'),
    ]);
    await Promise.all(unfinished.map(({ closed }) => closed));
    expect(unfinished.every(({ socket }) => socket.destroyed)).toBe(true);
  });

  it('are no more than there is memory for, and those that are there go on', async () => {
    await listen(20_000);
    const [first] = [await open(''), await open('')];
    await (await open('')).closed;
    const answered = once(first.socket, 'data');
    first.socket.write('GET /octhc HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 401/);
  });
});
