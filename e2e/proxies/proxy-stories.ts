import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hasCapability } from '../../scripts/capabilities.mjs';
import { freePort } from '../../scripts/test-support/free-port.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { curl } from '../support/curl.js';
import { runSelfTest } from '../support/self-test.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';

const MIB = 1024 * 1024;
/** Of loopback too, and neither the proxy's address nor the server's. */
const CLIENT = '127.0.0.2';

/** A proxy with the sample in docker/proxies. */
export interface SampleProxy {
  /** What it has printed, a line for each request included. */
  readonly output: string;
  stop(): Promise<void>;
}

/** What a proxy that has no drawback does with its sample; `capability` is its name in scripts/capabilities.mjs. */
export function describeProxy(
  title: string,
  capability: string,
  start: (port: number, upstreamPort: number) => Promise<SampleProxy>,
): void {
  const isHere = hasCapability(capability);

  describe(`The capability ${capability}`, () => {
    const required = process.env.CI === 'true' ? it : it.skip;
    required('is there under CI, or the sample cannot be tested', () => expect(isHere).toBe(true));
  });

  (isHere ? describe : describe.skip)(`Behind ${title}, as the sample has it`, () => {
    let url: string;
    let server: TestServer;
    let proxy: SampleProxy;
    let admin: Admin;

    beforeAll(async () => {
      const port = await freePort();
      url = `http://127.0.0.1:${port}`;
      server = await TestServer.start({ PUBLIC_URL: url, MAX_UPLOAD_BYTES: '2GiB' });
      proxy = await start(port, server.port);
      admin = await Admin.enrolled(server);
      await admin.createPlatform();
    });

    afterAll(async () => {
      await proxy?.stop();
      await server?.dispose();
    });

    it('passes every check of the self-test', async () => {
      const found = await runSelfTest(admin);
      expect(Object.entries(found).filter(([, text]) => !text.startsWith('ok:'))).toEqual([]);
    });

    it('a file comes and goes, from where it came and not from where the client says, and its token is in no log', async () => {
      const bytes = patternedBytes(20 * MIB);
      const { token } = await admin.createTicket('SUP-1');
      const directory = mkdtempSync(join(tmpdir(), 'logs-collector-sent-'));
      const file = join(directory, 'app.log');
      writeFileSync(file, bytes);
      const claimed = ['-H', 'X-Forwarded-For: 203.0.113.9', '-H', 'Forwarded: for=203.0.113.9'];
      const headers = ['-H', `Upload-Token: ${token}`, ...claimed];
      const stored = await curl([...headers, '--interface', CLIENT, '-T', file, `${url}/api/v1/archives/`]);
      rmSync(directory, { recursive: true });
      expect(stored.status).toBe(201);
      const archive = JSON.parse(stored.body) as { id: string; file: string };
      expect(archive.file).toMatch(new RegExp(`^${url}/`));
      expect(await admin.expect(200, 'GET', `/api/v1/archives/${archive.id}`)).toMatchObject({ uploaded_from: CLIENT });
      const download = await fetch(archive.file, { headers: { Authorization: `Bearer ${admin.access}` } });
      expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(sha256(bytes));
      expect((await fetch(`${url}/api/v1/check/token/${token}`)).status).toBe(200);
      await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-1');
      // It writes its lines a moment after it has answered.
      while (!proxy.output.includes('/api/v1/archives/app.log')) await delay(20);
      for (const secret of [token, admin.access]) expect(proxy.output).not.toContain(secret);
    });

    it('a refused upload sends no body', async () => {
      const refused = await curl(
        [
          ...['--http1.1', '-T', '-', '-H', 'Upload-Token: unknown', '-H', 'Expect: 100-continue'],
          `${url}/api/v1/archives/x`,
        ],
        patternedBytes(4 * MIB),
      );
      expect(refused.status).toBe(403);
      expect(refused.log).not.toContain('100 Continue');
    });
  });
}
