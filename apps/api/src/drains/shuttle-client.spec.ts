import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ShuttleClient } from './shuttle-client.js';

const KEY = 'the key of the shuttle';

let servers: Server[] = [];

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const clientOf = (url: string) => new ShuttleClient({ SHUTTLE_URL: url, SHUTTLE_AUTH_KEY: KEY });
const ask = (url: string, limitMs?: number) => clientOf(url).ask({ method: 'GET', path: '/drains', limitMs });

describe('What answers in place of the shuttle', () => {
  afterEach(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    servers = [];
  });

  it('does not get the key by redirecting to another address', async () => {
    const presented: unknown[] = [];
    const thief = await listen((request, response) => {
      presented.push(request.headers.authorization);
      response.end('[]');
    });
    const url = await listen((_request, response) => response.writeHead(307, { Location: `${thief}/drains` }).end());
    await expect(ask(url)).rejects.toMatchObject({ kind: { code: 'shuttle_unreachable', status: 503 } });
    expect(presented).toEqual([]);
  });

  it('is not waited for without end, whether it says nothing or stops in the middle', async () => {
    const silent = await listen(() => undefined);
    const stuck = await listen((_request, response) => response.write('['));
    for (const url of [silent, stuck]) {
      await expect(ask(url, 100)).rejects.toMatchObject({ kind: { code: 'shuttle_unreachable' } });
    }
  });

  it('cannot fill the memory', async () => {
    let written = 0;
    const url = await listen((request, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      const write = (): void => {
        if (request.socket.destroyed) return;
        written += chunk.length;
        if (response.write(chunk)) setImmediate(write);
      };
      response.on('drain', write);
      write();
    });
    await expect(ask(url)).rejects.toMatchObject({ kind: { code: 'shuttle_unreachable' } });
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  it.each([
    ['a page of a proxy', 404, '<html>nginx</html>', 'shuttle_unreachable', 'not the log shuttle'],
    ['a shuttle without this path', 404, '{"code":"not_found","detail":"x"}', 'shuttle_unreachable', 'does not answer'],
    ['what is not JSON', 200, 'OK', 'shuttle_unreachable', 'does not answer'],
    ['an error of its own', 500, '{"code":"internal_error","detail":"x"}', 'shuttle_unreachable', 'does not answer'],
    ['a proxy that finds nobody', 502, 'Bad Gateway', 'shuttle_unreachable', 'does not answer'],
    ['a key that is not right', 401, '{"code":"unauthenticated","detail":"x"}', 'shuttle_key_refused', 'AUTH_KEY'],
    ['a field it does not take', 400, '{"code":"bad_request","detail":"why"}', 'bad_request', 'why'],
  ])('is told apart: %s', async (_what, status, body, code, detail) => {
    const url = await listen((_request, response) => response.writeHead(status).end(body));
    await expect(ask(url)).rejects.toMatchObject({ kind: { code }, detail: expect.stringContaining(detail) });
  });

  it('gets the key as it is, below the path that SHUTTLE_URL has', async () => {
    const url = await listen((request, response) =>
      response.end(JSON.stringify([request.headers.authorization, request.url])),
    );
    expect((await ask(`${url}/shuttle`)).body).toEqual([KEY, '/shuttle/drains']);
  });

  it('is nobody where it is not configured', async () => {
    const client = new ShuttleClient({ SHUTTLE_URL: undefined, SHUTTLE_AUTH_KEY: undefined });
    expect(client.isConfigured).toBe(false);
    await expect(client.ask({ method: 'GET', path: '/' })).rejects.toMatchObject({
      kind: { code: 'shuttle_not_configured' },
    });
  });
});
