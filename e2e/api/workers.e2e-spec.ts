import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { until } from '../../scripts/test-support/until.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const SECRET_KEY = 'wB7rKq2ZtLx9VmYc4NpHs8DfJg3AeUo6Ri5';
const WORKERS = 3;

describe('WEB_CONCURRENCY: worker processes on one port', () => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createTestDatabase('postgres 18');
    server = new TestServer({ DB_URL: database.url, SECRET_KEY, WEB_CONCURRENCY: String(WORKERS) });
    await server.start();
  });
  afterAll(async () => {
    await server.dispose();
    await database.drop();
  });

  const workers = () => server.children();
  const readiness = async () => {
    const answer = await fetch(`${server.url}/health/ready`, { headers: { Connection: 'close' } });
    const { details } = (await answer.json()) as { details: Record<string, { status: string }> };
    return { status: answer.status, workers: details.workers?.status };
  };

  it('is ready once all are, and one upload goes on through any of them', async () => {
    expect(workers()).toHaveLength(WORKERS);
    expect(await readiness()).toEqual({ status: 200, workers: 'up' });
    const admin = await Admin.enrolled(server);
    await admin.createPlatform();
    const ticket = await admin.createTicket('SUP-1');
    const bytes = patternedBytes(900_000);
    const client = new TusClient(server, ticket.token);
    const path = await client.begin(bytes.length, 'log');
    let answer: Response | undefined;
    for (let offset = 0; offset < bytes.length; offset += 100_000) {
      // Without keep-alive every request is given to the next worker.
      answer = await client.patch(path, offset, bytes.subarray(offset, offset + 100_000), { Connection: 'close' });
      expect(answer.status).toBe(204);
    }
    expect(answer?.headers.get('repr-digest')).toBe(
      `sha-256=:${Buffer.from(sha256(bytes), 'hex').toString('base64')}:`,
    );
  });

  it('a worker that died is started again, and the others serve meanwhile', async () => {
    const [first = 0] = workers();
    process.kill(first, 'SIGKILL');
    await until(async () => (await readiness()).workers === 'degraded');
    expect((await readiness()).status).toBe(200);
    await until(() => workers().length === WORKERS && !workers().includes(first));
    await until(async () => (await readiness()).workers === 'up');
  });

  it('SIGTERM ends all of them gently, also when each of them gets it', async () => {
    for (const pid of workers()) process.kill(pid, 'SIGTERM');
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(server.output.match(/"msg":"shutting down"/g)).toHaveLength(WORKERS);
  });

  it('none outlives the first process when that is killed', async () => {
    await server.start();
    const pids = workers();
    await server.kill();
    await until(() => pids.every((pid) => !isAlive(pid)));
  });

  it('SIGTERM ends it at once while none is alive and they wait to be started again', async () => {
    await server.start();
    const pids = workers();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await until(() => workers().length === 0);
    const before = Date.now();
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    // The last of them would have been started again after 4 s.
    expect(Date.now() - before).toBeLessThan(3_500);
  });

  it('is refused with SQLite, and a fault of the settings is said once', async () => {
    const alone = new TestServer({ SECRET_KEY, WEB_CONCURRENCY: '2' });
    await expect(alone.start()).rejects.toThrow('WEB_CONCURRENCY above 1 needs PostgreSQL');
    await alone.dispose();
    const wrong = new TestServer({ DB_URL: `${database.url}-none`, SECRET_KEY, WEB_CONCURRENCY: '3' });
    await expect(wrong.start()).rejects.toThrow('does not exist');
    expect(wrong.output.match(/does not exist/g)).toHaveLength(1);
    expect((await wrong.whenExited()).code).toBe(1);
    await wrong.dispose();
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
