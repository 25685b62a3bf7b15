import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { uploadThrough } from '../support/doors.js';
import { rawRequest } from '../support/raw-http.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';

jest.setTimeout(120_000);

const bytes = patternedBytes(100_000, 6);
const tag = `"${sha256(bytes)}"`;

describe('Downloads', () => {
  let server: TestServer;
  let admin: Admin;
  let path: string;
  let token: string;

  beforeAll(async () => {
    server = await TestServer.start();
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
    token = (await admin.createTicket('SUP-1')).token;
    const stored = await uploadThrough(server, 'a raw PUT', { token, name: 'bundle (1).log', bytes });
    path = `/api/v1/archives/${stored.body.id}/download`;
  });

  afterAll(() => server.dispose());

  function download(headers: Record<string, string> = {}, method = 'GET', at = path): Promise<Response> {
    return fetch(`${server.url}${at}`, {
      method,
      redirect: 'manual',
      headers: { Authorization: `Bearer ${admin.access}`, ...headers },
    });
  }

  async function bytesOf(response: Response): Promise<Buffer> {
    return Buffer.from(await response.arrayBuffer());
  }

  it('carries the headers that keep it from being rendered, guessed at, compressed or kept', async () => {
    const reply = await download({ 'Accept-Encoding': 'gzip, br' });
    expect(reply.status).toBe(200);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename="bundle (1).log"; filename*=UTF-8''bundle%20%281%29.log`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-store',
      'accept-ranges': 'bytes',
      etag: tag,
      'repr-digest': `sha-256=:${Buffer.from(sha256(bytes), 'hex').toString('base64')}:`,
    });
    expect(reply.headers.get('content-encoding')).toBeNull();
    expect(sha256(await bytesOf(reply))).toBe(sha256(bytes));
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=10-19', 10, 20],
    ['bytes=99990-', 99_990, 100_000],
    ['bytes=99990-200000', 99_990, 100_000],
    ['bytes=-10', 99_990, 100_000],
    ['bytes=-200000', 0, 100_000],
    ['Bytes=5-6', 5, 7],
  ])('206 for the range %s', async (range, start, end) => {
    const reply = await download({ Range: range });
    expect([reply.status, reply.headers.get('content-range')]).toEqual([206, `bytes ${start}-${end - 1}/100000`]);
    expect(reply.headers.get('content-length')).toBe(String(end - start));
    expect((await bytesOf(reply)).equals(bytes.subarray(start, end))).toBe(true);
  });

  it.each(['bytes=100000-', 'bytes=100000-100001', 'bytes=-0'])('416 with the size for %s', async (range) => {
    const reply = await download({ Range: range });
    expect([reply.status, reply.headers.get('content-range')]).toEqual([416, 'bytes */100000']);
    expect(await reply.json()).toMatchObject({ code: 'range_not_satisfiable' });
    expect([reply.headers.get('etag'), reply.headers.get('content-disposition')]).toEqual([null, null]);
  });

  it.each(['bytes=0-1,5-6', 'bytes=9-3', 'lines=1-2', 'bytes=a-b', 'bytes=', 'bytes=-'])(
    'ignores a range that is several, malformed or of another unit: %s',
    async (range) => {
      const reply = await download({ Range: range });
      expect([reply.status, (await bytesOf(reply)).length]).toEqual([200, bytes.length]);
    },
  );

  it('honours If-Range with the strong tag alone', async () => {
    const range = { Range: 'bytes=0-9' };
    expect((await download({ ...range, 'If-Range': tag })).status).toBe(206);
    for (const other of [`W/${tag}`, '"other"', new Date().toUTCString()]) {
      expect((await download({ ...range, 'If-Range': other })).status).toBe(200);
    }
  });

  it('304 for a tag that is still right', async () => {
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
      const reply = await download({ 'If-None-Match': known });
      expect([reply.status, reply.headers.get('etag'), await reply.text()]).toEqual([304, tag, '']);
    }
    expect((await download({ 'If-None-Match': '"x"' })).status).toBe(200);
  });

  it('HEAD answers as GET would without a range, and no byte', async () => {
    for (const range of ['bytes=0-99999', 'bytes=0-9', 'bytes=100000-']) {
      const reply = await download({ Range: range }, 'HEAD');
      expect([reply.status, reply.headers.get('content-length'), reply.headers.get('etag')]).toEqual([
        200,
        String(bytes.length),
        tag,
      ]);
      expect(await reply.text()).toBe('');
    }
  });

  it.each(['/archives/download', '/download/archives'])(
    "serves the newest of a name at the original's %s/<ticket>/<name>",
    async (prefix) => {
      const at = `${prefix}/SUP-1/${encodeURIComponent('bundle (1).log')}`;
      const reply = await download({}, 'GET', at);
      expect([reply.status, reply.headers.get('etag')]).toEqual([200, tag]);
      expect(reply.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
      await reply.arrayBuffer();
      const head = await download({}, 'HEAD', at);
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
      expect((await download({}, 'GET', `${prefix}/SUP-1/none.log`)).status).toBe(404);
      expect((await download({}, 'GET', `${prefix}/SUP-2/${encodeURIComponent('bundle (1).log')}`)).status).toBe(404);
    },
  );

  it('takes the newest where a name occurs twice', async () => {
    await uploadThrough(server, 'a raw PUT', { token, name: 'twice.log', bytes: Buffer.from('one') });
    await uploadThrough(server, 'a raw PUT', { token, name: 'twice.log', bytes: Buffer.from('two') });
    expect(await (await download({}, 'GET', '/archives/download/SUP-1/twice.log/')).text()).toBe('two');
  });

  it('401 without a login on every method and address, before it says whether there is such an archive', async () => {
    const former = `/archives/download/SUP-1/${encodeURIComponent('bundle (1).log')}`;
    for (const at of [path, former, '/api/v1/archives/none/download', '/archives/download/none/none']) {
      for (const method of ['GET', 'HEAD']) {
        const anonymous = await fetch(`${server.url}${at}`, { method, redirect: 'manual' });
        expect([at, method, anonymous.status]).toEqual([at, method, 401]);
        expect(anonymous.headers.get('www-authenticate')).not.toBeNull();
      }
    }
  });

  it('303 to the login, and on from there, for somebody who follows a link without being logged in', async () => {
    const visit: [string, string][] = [
      ['Sec-Fetch-Mode', 'navigate'],
      ['Accept', 'text/html'],
    ];
    const reply = await rawRequest(server, `GET ${path}`, visit);
    expect([reply?.status, reply?.headers.location]).toEqual([303, `/login?next=${encodeURIComponent(path)}`]);
  });

  it('writes down who downloaded what', async () => {
    const events = await admin.expect<{ action: string; target?: { id: string } }[]>(
      200,
      'GET',
      '/api/v1/audit?action=archive.downloaded',
    );
    expect(events.length).toBeGreaterThan(5);
  });
});

describe('Downloads without a second factor', () => {
  it('403 on every method and address, while the archive itself can be read', async () => {
    const server = await TestServer.start();
    try {
      const user = await Admin.withoutSecondFactor(server);
      await user.createPlatform();
      const { token } = await user.createTicket('SUP-1');
      const stored = await uploadThrough(server, 'a raw PUT', { token, name: 'a.log', bytes });
      expect((await user.request('GET', `/api/v1/archives/${stored.body.id}`)).status).toBe(200);
      const own = `/api/v1/archives/${stored.body.id}/download`;
      for (const at of [
        own,
        '/archives/download/SUP-1/a.log',
        '/download/archives/SUP-1/a.log',
        '/api/v1/archives/none/download',
      ]) {
        for (const method of ['GET', 'HEAD']) {
          const reply = await user.request(method, at);
          expect([at, method, reply.status]).toEqual([at, method, 403]);
          expect(reply.headers.get('repr-digest')).toBeNull();
        }
      }
      expect((await user.request('DELETE', `/api/v1/archives/${stored.body.id}`)).status).toBe(403);
      expect((await user.request('DELETE', '/api/v1/tickets/SUP-1')).status).toBe(403);
    } finally {
      await server.dispose();
    }
  });
});
