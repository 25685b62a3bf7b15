import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { type Fault, FaultPlan } from '../support/fault-plan.js';
import { TestServer } from '../support/server.js';
import { Stage } from '../support/stage.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const bytes = patternedBytes(600_000);
const ATTEMPTS = 3;

/**
 * Seen red: with the error of fdatasync swallowed in partial-writer, the upload whose flush failed was answered with 201,
 * and a chunk whose flush failed moved the offset on. Before failures of the store were told as such, a full disk was 500
 * at 16 of 18 steps, and after a failing flush the same file became a second archive.
 */
describe('A disk that fails', () => {
  const plan = new FaultPlan();
  let stage: Stage;
  let turn = 0;

  beforeAll(async () => {
    stage = await Stage.set('sqlite', plan.environment);
  });

  afterEach(() => plan.clear());

  afterAll(async () => {
    await stage.strike();
    plan.dispose();
  });

  it('a flush that fails, whichever it is, is never answered with "stored", and the file can be sent afterwards', async () => {
    const swept = await sweep(
      { step: '^(fsync|fdatasync) ', action: 'EIO' },
      (status) => status === 500 || status === 503,
    );
    console.log(`${swept} flushes of one upload failed one by one, none acknowledged`);
  });

  it('a disk that is full at any step is 507, nothing is counted, and uploads go on when there is space again', async () => {
    const swept = await sweep(
      { step: '^(open|write|mkdir|rename|fsync|fdatasync) ', action: 'ENOSPC' },
      (status) => status === 507,
    );
    console.log(`${swept} steps of one upload met a full disk`);
  });

  it('a flush that fails in the middle of a tus upload leaves the acknowledged offset as it was', async () => {
    const ticket = await nextTicket();
    const client = new TusClient(stage.server, ticket.token);
    const path = await client.begin(bytes.length, 'flush.bin');
    expect((await client.patch(path, 0, bytes.subarray(0, 100_000))).headers.get('upload-offset')).toBe('100000');
    plan.set({ step: '^fdatasync uploads', nth: 1, action: 'EIO' });
    expect((await client.patch(path, 100_000, bytes.subarray(100_000, 300_000))).status).toBe(503);
    plan.clear();
    expect((await client.head(path)).headers.get('upload-offset')).toBe('100000');
    expect((await client.patch(path, 100_000, bytes.subarray(100_000))).status).toBe(204);
    expect(await (await client.request('GET', path, {})).json()).toMatchObject({ sha256: sha256(bytes) });
  });

  it('a data directory that has become read-only makes the server not ready, and ready again when it is mended', async () => {
    plan.set({ step: '^(open|write|mkdir|rename|unlink|ftruncate) ', nth: 0, action: 'EROFS', isLasting: true });
    const health = await stage.admin.request('GET', '/health/ready');
    expect(health).toMatchObject({ status: 503, body: { error: { storage: { status: 'down' } } } });
    const ticket = await nextTicket();
    const refused = await put(ticket.token, 'read-only.bin');
    expect(refused.status).toBe(503);
    plan.clear();
    expect((await stage.admin.request('GET', '/health/ready')).status).toBe(200);
    expect((await put(ticket.token, 'read-only.bin')).status).toBe(201);
    expect(await stage.admin.readTicket(ticket.number)).toMatchObject({ attempts: ATTEMPTS - 1 });
  });

  it('a data directory that cannot be made is named at the start, and the server does not start', async () => {
    const server = new TestServer({ DATA_DIR: '/sys/logs-collector' });
    try {
      await expect(server.start()).rejects.toThrow(/DATA_DIR cannot be made or entered \(E[A-Z]+\)/);
      expect(await server.whenExited()).toMatchObject({ code: 1 });
    } finally {
      await server.dispose();
    }
  });

  /** One upload for each step that matches, with that step failing; answers how many there are. */
  async function sweep(fault: Omit<Fault, 'nth'>, isRight: (status: number) => boolean): Promise<number> {
    const faults: string[] = [];
    for (let nth = 1; ; nth += 1) {
      const ticket = await nextTicket();
      plan.set({ ...fault, nth });
      const first = await put(ticket.token, 'file.bin');
      const steps = plan.steps();
      plan.clear();
      const isHit = steps.length >= nth;
      if (isHit && !isRight(first.status))
        faults.push(`${nth} (${steps[nth - 1]}): ${first.status} ${await first.text()}`);
      const again = await put(ticket.token, 'file.bin');
      if (again.status !== 201) faults.push(`${nth} (${steps[nth - 1]}), again: ${again.status} ${await again.text()}`);
      const { attempts, archives_count } = await stage.admin.readTicket(ticket.number);
      if (attempts !== ATTEMPTS - 1 || archives_count !== 1) {
        faults.push(`${nth} (${steps[nth - 1]}): ${archives_count} archives, ${attempts} attempts left`);
      }
      if (!isHit) {
        expect(faults).toEqual([]);
        expect(nth).toBeGreaterThan(5);
        expect(await stage.lastingDisagreements()).toEqual([]);
        return nth - 1;
      }
    }
  }

  function put(token: string, name: string): Promise<Response> {
    return fetch(`${stage.server.url}/api/v1/archives/${name}`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body: bytes,
    });
  }

  function nextTicket() {
    turn += 1;
    return stage.admin.createTicket(`DISK-${turn}`, { attempts: ATTEMPTS });
  }
});
