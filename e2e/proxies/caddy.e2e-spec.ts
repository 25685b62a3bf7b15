import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { missingCapabilities } from '../../scripts/capabilities.mjs';
import { freePort } from '../../scripts/test-support/free-port.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { Caddy } from '../support/caddy.js';
import { curl } from '../support/curl.js';
import { runSelfTest } from '../support/self-test.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';

jest.setTimeout(60_000);

const MIB = 1024 * 1024;
const isHere = !missingCapabilities().some(({ name }) => name === 'caddy');
const describeCaddy = isHere ? describe : describe.skip;

describe('The capability caddy', () => {
  const required = process.env.CI === 'true' ? it : it.skip;
  required('is there under CI, or the sample cannot be tested', () => expect(isHere).toBe(true));
});

describeCaddy('Behind Caddy, as the sample has it', () => {
  let url: string;
  let server: TestServer;
  let caddy: Caddy;
  let admin: Admin;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    server = await TestServer.start({ PUBLIC_URL: url, MAX_UPLOAD_BYTES: '2GiB' });
    caddy = await Caddy.start(port, server.port);
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
  });

  afterAll(async () => {
    await caddy?.stop();
    await server?.dispose();
  });

  it('passes every check of the self-test', async () => {
    const found = await runSelfTest(admin);
    expect(Object.entries(found).filter(([, text]) => !text.startsWith('ok:'))).toEqual([]);
  });

  it('a file comes and goes', async () => {
    const bytes = patternedBytes(20 * MIB);
    const { token } = await admin.createTicket('SUP-1');
    const headers = { 'Upload-Token': token };
    const stored = await fetch(`${url}/api/v1/archives/app.log`, { method: 'PUT', headers, body: bytes });
    expect(stored.status).toBe(201);
    const { file } = (await stored.json()) as { file: string };
    const download = await fetch(file, { headers: { Authorization: `Bearer ${admin.access}` } });
    expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(sha256(bytes));
  });

  it('a refused upload sends no body', async () => {
    const refused = await curl(
      ['--http1.1', '-T', '-', '-H', 'Upload-Token: unknown', '-H', 'Expect: 100-continue', `${url}/api/v1/archives/x`],
      patternedBytes(4 * MIB),
    );
    expect(refused.status).toBe(403);
    expect(refused.log).not.toContain('100 Continue');
  });
});
