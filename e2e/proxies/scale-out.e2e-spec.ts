import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { hasCapability } from '../../scripts/capabilities.mjs';
import { freePort } from '../../scripts/test-support/free-port.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { Nginx } from '../support/nginx.js';
import { runSelfTest } from '../support/self-test.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const SECRET_KEY = 'wB7rKq2ZtLx9VmYc4NpHs8DfJg3AeUo6Ri5';
const isHere = hasCapability('nginx');
const describeNginx = isHere ? describe : describe.skip;

/** The processes of docker/compose/scale-out.yaml, with a shared directory in the place of the S3 store. */
describeNginx('Three replicas on PostgreSQL behind the nginx of the scale-out sample', () => {
  let database: TestDatabase;
  let shared: string;
  let replicas: TestServer[];
  let nginx: Nginx;
  let admin: Admin;

  beforeAll(async () => {
    database = await createTestDatabase('postgres 18');
    shared = mkdtempSync(join(tmpdir(), 'logs-collector-scale-out-'));
    const port = await freePort();
    const environment = {
      DB_URL: database.url,
      DATA_DIR: shared,
      SECRET_KEY,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
    };
    replicas = Array.from({ length: 3 }, () => new TestServer(environment));
    await Promise.all(replicas.map((replica) => replica.start()));
    nginx = await Nginx.startBeforeReplicas(
      port,
      replicas.map((replica) => replica.port),
    );
    admin = await Admin.enrolled(nginx);
    await admin.createPlatform();
  });

  afterAll(async () => {
    await nginx?.stop();
    await Promise.all((replicas ?? []).map((replica) => replica.dispose()));
    await database?.drop();
    rmSync(shared, { recursive: true, force: true });
  });

  it('pass the self-test, whichever of them its requests meet', async () => {
    const found = await runSelfTest(admin);
    const { expect_continue: _nginxAnswersItself, ...others } = found;
    expect(Object.entries(others).filter(([, text]) => !text.startsWith('ok:'))).toEqual([]);
  });

  it('continue an upload piece by piece at any of them, also after one was killed, and delete it without a trace', async () => {
    const bytes = patternedBytes(8 * MIB);
    const { token } = await admin.createTicket('SUP-1');
    const client = new TusClient(nginx, token);
    const path = await client.begin(bytes.length, 'app.log');
    for (let offset = 0; offset < bytes.length; offset += MIB) {
      if (offset === 4 * MIB) await replicas[0]?.kill();
      const sent = await client.patch(path, offset, bytes.subarray(offset, offset + MIB));
      expect([offset, sent.status]).toEqual([offset, 204]);
    }
    const [archive] = await admin.expect<{ file: string; sha256: string }[]>(200, 'GET', '/api/v1/archives');
    expect(archive?.sha256).toBe(sha256(bytes));
    const download = await fetch(String(archive?.file), { headers: { Authorization: `Bearer ${admin.access}` } });
    expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(sha256(bytes));
    await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-1');
    expect(replicas[1]?.files()).toEqual([]);
  });
});
