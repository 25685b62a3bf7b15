import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';

// Three processes start at once, perhaps on a busy machine.
jest.setTimeout(90_000);

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
