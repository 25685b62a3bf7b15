import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hasCapability } from '../../scripts/capabilities.mjs';
import { freePort } from '../../scripts/test-support/free-port.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { type Changes, Nginx } from '../support/nginx.js';
import { runSelfTest } from '../support/self-test.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const isHere = hasCapability('nginx');
const describeNginx = isHere ? describe : describe.skip;

describe('The capability nginx', () => {
  const required = process.env.CI === 'true' ? it : it.skip;
  required('is there under CI, or the sample cannot be tested', () => expect(isHere).toBe(true));
});

describeNginx('Behind nginx', () => {
  let port: number;
  let server: TestServer;
  let admin: Admin;

  beforeAll(async () => {
    port = await freePort();
    server = await TestServer.start({ PUBLIC_URL: `http://127.0.0.1:${port}`, MAX_UPLOAD_BYTES: '2GiB' });
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
  });

  afterAll(() => server?.dispose());

  async function behind<T>(changes: Changes, work: (nginx: Nginx) => Promise<T>): Promise<T> {
    const nginx = await Nginx.start(port, server.port, changes);
    try {
      return await work(nginx);
    } finally {
      await nginx.stop();
    }
  }

  const selfTest = () => runSelfTest(admin);

  describe('as the sample has it', () => {
    it('keeps not one byte of an upload or a download on its disk', async () => {
      await behind({}, async (nginx) => {
        const bytes = patternedBytes(40 * MIB);
        const { token } = await admin.createTicket('SUP-1');
        let most = 0;
        const watch = setInterval(() => {
          most = Math.max(most, nginx.keptBytes());
        }, 20);
        const stored = await fetch(`${nginx.url}/api/v1/archives/app.log`, {
          method: 'PUT',
          headers: { 'Upload-Token': token },
          body: bytes,
        });
        expect(stored.status).toBe(201);
        const { file } = (await stored.json()) as { file: string };
        expect(file).toMatch(new RegExp(`^${nginx.url}/`));
        const download = await fetch(file, { headers: { Authorization: `Bearer ${admin.access}` } });
        expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(sha256(bytes));
        clearInterval(watch);
        expect(most).toBe(0);
      });
    });

    it('passes the self-test, with the one drawback that nginx has', async () => {
      expect(await behind({}, selfTest)).toEqual({
        reachable: 'ok: PUBLIC_URL leads here.',
        forwarded: `ok: Requests arrive as http://127.0.0.1:${port}.`,
        request_streaming: 'ok: Bytes of an upload arrive as they are sent.',
        body_size: 'ok: Uploads up to 2048 MiB may pass, which is MAX_UPLOAD_BYTES.',
        response_streaming: 'ok: Live events arrive at once.',
        expect_continue: expect.stringMatching(/^warning: .*as nginx always does/),
      });
    });
  });

  it.each<[string, Changes, string, RegExp]>([
    [
      'buffers bodies',
      { 'proxy_request_buffering off;': 'proxy_request_buffering on;' },
      'request_streaming',
      /^failed: .*proxy_request_buffering off/,
    ],
    [
      'caps bodies',
      { 'client_max_body_size 0;': 'client_max_body_size 10m;' },
      'body_size',
      /^failed: The proxy lets 10 MiB pass and answers 413 to larger uploads/,
    ],
    [
      'caps bodies by its default',
      { 'client_max_body_size 0;': '' },
      'body_size',
      /^failed: The proxy lets 1 MiB pass and answers 413/,
    ],
    [
      'holds answers back',
      // Chunks it would pass on all the same.
      {
        'proxy_max_temp_file_size 0;': 'proxy_ignore_headers X-Accel-Buffering;',
        'proxy_http_version 1.1;': 'proxy_http_version 1.0;',
      },
      'response_streaming',
      /^failed: .*response buffering/,
    ],
    [
      'loses the host',
      {
        'proxy_set_header Host $http_host;': '',
        'proxy_set_header X-Forwarded-Host $http_host;': '',
      },
      'forwarded',
      /^failed: Requests arrive as http:\/\/logs_collector instead of http:\/\/127/,
    ],
    [
      'claims another scheme',
      { 'X-Forwarded-Proto $scheme;': 'X-Forwarded-Proto https;' },
      'forwarded',
      /^failed: Requests arrive as https:/,
    ],
    ['leads elsewhere', { 'proxy_pass http://logs_collector;': 'return 404;' }, 'reachable', /^failed: .*answered 404/],
  ])('the self-test says so when it %s', async (_what, changes, check, expected) => {
    expect((await behind(changes, selfTest))[check]).toMatch(expected);
  });

  it('the self-test says so when nobody answers, and tries nothing else', async () => {
    const found = await selfTest();
    expect(found.reachable).toMatch(/^failed: .*ECONNREFUSED/);
    expect(Object.values(found).filter((text) => text.startsWith('unknown:'))).toHaveLength(5);
  });

  it('the self-test says so when the proxy is not trusted', async () => {
    await server.restart({ TRUSTED_PROXIES: '192.0.2.1' });
    await admin.logInAgain();
    expect((await behind({}, selfTest)).forwarded).toMatch(/^failed: The proxy is not in TRUSTED_PROXIES/);
  });

  it('the self-test needs PUBLIC_URL, and goes nowhere that a request names', async () => {
    await server.restart({ PUBLIC_URL: '' });
    await admin.logInAgain();
    const reply = await admin.request('POST', '/api/v1/self-test', undefined, { 'X-Forwarded-Host': 'example.com' });
    expect([reply.status, reply.body]).toEqual([409, expect.objectContaining({ code: 'self_test_needs_public_url' })]);
  });

  it.each(['', '9999999999999.', `9999999999999.${'0'.repeat(64)}`])(
    'nobody else finds what answers the self-test, with the ticket "%s"',
    async (ticket) => {
      const headers = { 'Self-Test-Ticket': ticket };
      for (const [method, path] of [
        ['PUT', 'body'],
        ['PUT', 'size'],
        ['GET', 'stream'],
      ] as const) {
        const answer = await fetch(`${server.url}/api/v1/self-test/probe/${path}`, { method, headers });
        expect([path, answer.status]).toEqual([path, 404]);
      }
    },
  );
});
