import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { patternedBytes } from '../support/bytes.js';
import { ADMIN, TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

// Three processes start at once, perhaps on a busy machine.
jest.setTimeout(120_000);

const SECRET_KEY = 'wB7rKq2ZtLx9VmYc4NpHs8DfJg3AeUo6Ri5';
const ROUNDS = 3;

describe.each(['postgres 15', 'postgres 18'] as const)('Three servers that start at once on an empty %s', (kind) => {
  let database: TestDatabase;
  let shared: string;
  let servers: TestServer[];

  beforeEach(async () => {
    database = await createTestDatabase(kind);
    shared = mkdtempSync(join(tmpdir(), 'logs-collector-replicas-'));
    servers = [];
  });

  afterEach(async () => {
    await Promise.all(servers.map((server) => server.dispose()));
    rmSync(shared, { recursive: true, force: true });
    await database.drop();
  });

  function threeServers(environment: Readonly<Record<string, string>>): TestServer[] {
    servers = Array.from({ length: 3 }, () => new TestServer({ DB_URL: database.url, ...environment }));
    return servers;
  }

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    'all come up on one DATA_DIR and are one installation (round %i)',
    async () => {
      const [first, second] = threeServers({ DATA_DIR: shared, SECRET_KEY });
      await Promise.all(servers.map((server) => server.start()));
      if (!first || !second) throw new Error('There are three servers.');
      const admin = await Admin.enrolled(first);
      admin.server = second;
      await admin.createPlatform();
      await admin.createTicket('SUP-1');
      expect(readdirSync(shared).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    },
  );

  it('all come up with the key that one of them makes', async () => {
    threeServers({ DATA_DIR: shared });
    await Promise.all(servers.map((server) => server.start()));
    expect(readdirSync(shared).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('are one server and two refusals where each has a DATA_DIR of its own', async () => {
    threeServers({ SECRET_KEY });
    const outcomes = await Promise.allSettled(servers.map((server) => server.start()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const [index, server] of servers.entries()) {
      if (outcomes[index]?.status === 'fulfilled') continue;
      expect((await server.whenExited()).code).toBe(1);
      expect(server.output).toContain('DATA_DIR is not the directory of this database');
      expect(readdirSync(server.dataDir)).toEqual([]);
    }
  });
});

describe('Three servers on one PostgreSQL and one DATA_DIR', () => {
  let database: TestDatabase;
  let shared: string;
  let servers: TestServer[];
  let founder = '';

  beforeAll(async () => {
    database = await createTestDatabase('postgres 18');
    shared = mkdtempSync(join(tmpdir(), 'logs-collector-replicas-'));
    const settings = { DB_URL: database.url, DATA_DIR: shared, SECRET_KEY, ADMIN_USERNAME: '', ADMIN_PASSWORD: '' };
    servers = Array.from({ length: 3 }, () => new TestServer(settings));
    await Promise.all(servers.map((server) => server.start()));
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.dispose()));
    rmSync(shared, { recursive: true, force: true });
    await database.drop();
  });

  const at = (index: number) => servers[index] ?? new TestServer();

  it('the set-up link has one winner, whichever of them is asked', async () => {
    const code = readFileSync(join(shared, 'setup-link'), 'utf8').trim().replace(/.*#/, '');
    const answers = await Promise.all(
      Array.from({ length: 9 }, (_, index) =>
        fetch(`${at(index % 3).url}/api/v1/setup`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({
            code,
            username: `${ADMIN.username}${index === 0 ? '' : index}`,
            password: ADMIN.password,
          }),
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => ![201, 403, 404].includes(status))).toEqual([]);
    const winner = answers.findIndex(({ status }) => status === 201);
    founder = `${ADMIN.username}${winner === 0 ? '' : winner}`;
  });

  it('an upload begun on one continues on another after the first was killed by SIGKILL', async () => {
    const admin = await Admin.enrolled(at(1), { ...ADMIN, username: founder });
    await admin.createPlatform();
    const ticket = await admin.createTicket('SUP-2');
    const bytes = patternedBytes(3_000_000);
    const path = await new TusClient(at(0), ticket.token).begin(bytes.length, 'core');
    expect((await new TusClient(at(0), ticket.token).patch(path, 0, bytes.subarray(0, 1_000_001))).status).toBe(204);
    await at(0).kill();
    const other = new TusClient(at(2), ticket.token);
    expect((await other.head(path)).headers.get('upload-offset')).toBe('1000001');
    const last = await other.patch(path, 1_000_001, bytes.subarray(1_000_001));
    expect(last.status).toBe(204);
    const download = await fetch(`${at(1).url}/api/v1/archives/${last.headers.get('upload-archive')}/download`, {
      headers: { Authorization: `Bearer ${admin.access}` },
    });
    expect(Buffer.from(await download.arrayBuffer()).equals(bytes)).toBe(true);
  });
});
