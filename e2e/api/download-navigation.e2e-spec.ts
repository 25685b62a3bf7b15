import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ADMIN, TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';

jest.setTimeout(120_000);

const NAVIGATION = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'same-origin' };

/** As a browser asks: `fetch` says `Sec-Fetch-Mode: cors` of itself, whatever it is told. */
async function ask(url: string, headers: OutgoingHttpHeaders, method = 'GET'): Promise<IncomingMessage> {
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method, headers }, resolve).on('error', reject).end();
  });
  return reply.resume();
}

describe('A download opened in a browser', () => {
  let server: TestServer;
  let paths: string[];
  const open = (path: string, headers: OutgoingHttpHeaders, method?: string) =>
    ask(`${server.url}${path}`, headers, method);

  beforeAll(async () => {
    server = await TestServer.start();
    const admin = await Admin.enrolled(server);
    await admin.createPlatform();
    const { token } = await admin.createTicket('SUP-1');
    const stored = await fetch(`${server.url}/api/v1/archives/one%20two.log`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body: 'bytes',
    });
    const { id } = (await stored.json()) as { id: string };
    const byName = '/SUP-1/one%20two.log';
    paths = [`/api/v1/archives/${id}/download`, `/archives/download${byName}`, `/download/archives${byName}`];
  });
  afterAll(() => server.dispose());

  it('without a login leads to it and knows the way back', async () => {
    for (const path of paths) {
      const reply = await open(path, NAVIGATION);
      expect([reply.statusCode, reply.headers['cache-control']]).toEqual([303, 'no-store']);
      const location = new URL(reply.headers.location ?? '', server.url);
      expect([location.origin, location.pathname]).toEqual([server.url, '/login']);
      expect(location.searchParams.get('next')).toBe(path);
    }
  });

  it('with a cookie that has ended, too', async () => {
    const { headers } = await open('/api/v1/auth/me', NAVIGATION);
    expect(headers.location).toBeUndefined();
    for (const path of paths) expect((await open(path, { ...NAVIGATION, Cookie: 'lc_at=ended' })).statusCode).toBe(303);
  });

  it('answers 401 to whatever is no navigation', async () => {
    for (const path of paths) {
      for (const headers of [{}, { 'Sec-Fetch-Mode': 'cors' }, { ...NAVIGATION, Authorization: 'Bearer wrong' }]) {
        const reply = await open(path, headers);
        expect([reply.statusCode, 'www-authenticate' in reply.headers]).toEqual([401, true]);
      }
      expect((await open(path, NAVIGATION, 'HEAD')).statusCode).toBe(401);
    }
  });

  it('is refused, not led in circles, where the login lacks the second factor', async () => {
    const plain = await TestServer.start();
    try {
      const login = await fetch(`${plain.url}/api/v1/auth/token?cookie=1`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
        body: JSON.stringify(ADMIN),
      });
      const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const reply = await ask(`${plain.url}${paths[0]}`, { ...NAVIGATION, Cookie: cookie });
      expect(reply.statusCode).toBe(403);
    } finally {
      await plain.dispose();
    }
  });
});
