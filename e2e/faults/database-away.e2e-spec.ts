import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { patternedBytes } from '../support/bytes.js';
import { FaultPlan } from '../support/fault-plan.js';
import { Ledger } from '../support/ledger.js';
import { TestServer } from '../support/server.js';
import { ROUNDS } from '../support/size.js';
import { Stage } from '../support/stage.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { ChunkedTusClient } from '../support/upload-clients.js';

jest.setTimeout(120_000 * ROUNDS);

const KIB = 1024;
const ATTEMPTS = 50;
const PARALLEL = 6;
const RECOVERY_LIMIT_MS = 10_000;

describe('PostgreSQL that goes away: 5xx, no process exit, nothing acknowledged is lost, back within 10 s', () => {
  const plan = new FaultPlan();
  let database: TestDatabase;
  let line: TcpProxy;
  let stage: Stage;
  let round = 0;

  beforeAll(async () => {
    database = await createTestDatabase('postgres 18');
    const url = new URL(database.url);
    line = await new TcpProxy(Number(url.port)).start();
    url.port = String(line.port);
    stage = await Stage.set('sqlite', { ...plan.environment, DB_URL: url.href }, database.target);
  });

  afterAll(async () => {
    await stage.strike();
    await line.stop();
    await database.drop();
    plan.dispose();
  });

  it('every connection is ended (pg_terminate_backend) again and again while customers upload', async () => {
    await whileUploading(async () => {
      for (let turn = 0; turn < 8 * ROUNDS; turn += 1) {
        await delay(100 + Math.random() * 300);
        await stage.rows(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        );
      }
    });
  });

  it('the server is away for three seconds while customers upload', async () => {
    const pid = stage.server.pid;
    await whileUploading(async () => {
      await delay(300);
      line.refuse(true);
      line.cutNow();
      try {
        await expectAway();
      } finally {
        line.refuse(false);
      }
    });
    expect(stage.server.pid).toBe(pid);
    expect(stage.server.output).not.toContain('the process ends');
  });

  it('the answer to any COMMIT of an upload is lost, and the archive is there once', async () => {
    const ledger = new Ledger();
    const client = new ChunkedTusClient(200 * KIB);
    let nth = 0;
    for (let isHit = true; isHit; ) {
      nth += 1;
      const { token } = await stage.admin.createTicket(`CUT-${nth}`, { attempts: ATTEMPTS });
      plan.set({ step: '^commit$', nth, action: 'cut' });
      await client.upload(stage.server, ledger.open(token, `cut-${nth}.bin`, patternedBytes(300 * KIB, nth)), ledger);
      isHit = plan.steps().length >= nth;
      plan.clear();
    }
    expect(nth).toBeGreaterThan(4);
    expect(await stage.losses(ledger, ATTEMPTS)).toEqual([]);
    expect(await stage.lastingDisagreements()).toEqual([]);
    console.log(`${nth - 1} commits answered by a broken connection, 0 lost, 0 doubled`);
  });

  async function expectAway(): Promise<void> {
    await delay(1_000);
    const health = await stage.admin.request('GET', '/health/ready');
    const list = await stage.admin.request('GET', '/api/v1/tickets');
    const alive = await stage.admin.request('GET', '/health/live');
    expect([health.status, list.status, alive.status]).toEqual([503, 503, 200]);
    expect(list.headers.get('retry-after')).not.toBeNull();
    await delay(2_000);
  }

  /** Customers upload until the disturbance is over; then everything has to be in order again. */
  async function whileUploading(disturb: () => Promise<void>): Promise<void> {
    const ledger = new Ledger();
    round += 1;
    const tickets = [];
    for (let lane = 0; lane < PARALLEL; lane += 1) {
      tickets.push(await stage.admin.createTicket(`AWAY-${round}-${lane}`, { attempts: ATTEMPTS }));
    }
    const isOver = { at: 0 };
    const lanes = tickets.map(async ({ token }, lane) => {
      const client = new ChunkedTusClient(128 * KIB);
      for (let turn = 0; turn < ATTEMPTS && isOver.at === 0; turn += 1) {
        const bytes = patternedBytes(Math.ceil(Math.random() * 1_500 * KIB), 1 + ((lane * ATTEMPTS + turn) % 250));
        await client.upload(stage.server, ledger.open(token, `away-${round}-${lane}-${turn}.bin`, bytes), ledger);
      }
    });
    await disturb();
    isOver.at = Date.now();
    await Promise.all(lanes);
    const recoveredMs = Date.now() - isOver.at;
    expect(recoveredMs).toBeLessThan(RECOVERY_LIMIT_MS);
    expect(await stage.losses(ledger, ATTEMPTS)).toEqual([]);
    expect(await stage.lastingDisagreements()).toEqual([]);
    console.log(
      `${ledger.entries.length} uploads, ${ledger.acknowledgements} acknowledgements, 0 lost, all done ${recoveredMs} ms after`,
    );
  }
});

describe('Two servers on one SQLite file', () => {
  it('the second refuses and says why, and the first goes on', async () => {
    const stage = await Stage.set('sqlite');
    const second = new TestServer({ DATA_DIR: stage.server.dataDir });
    await expect(second.start()).rejects.toThrow(/another running server uses/);
    expect(await second.whenExited()).toMatchObject({ code: 1 });
    expect((await stage.admin.request('GET', '/health/ready')).status).toBe(200);
    await stage.admin.createTicket('STILL-THERE');
    await second.dispose();
    await stage.strike();
  });
});
