import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startCommand } from '../support/admin-command.js';
import { patternedBytes } from '../support/bytes.js';
import { FaultPlan } from '../support/fault-plan.js';
import { RestoredPlace } from '../support/restored-place.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000);

const ARCHIVES = 10;
/** More than are copied at the same time lie before these. */
const DELETED_FROM = 7;

describe('A backup while archives are deleted', () => {
  const plan = new FaultPlan();
  const parent = mkdtempSync(join(tmpdir(), 'logs-collector-deletions-'));
  const backup = join(parent, 'backup');
  const ids: string[] = [];
  let stage: Stage;
  let place: RestoredPlace;

  beforeAll(async () => {
    stage = await Stage.set('sqlite');
    place = await RestoredPlace.make('sqlite');
    const { token } = await stage.admin.createTicket('GOING', { attempts: 20 });
    for (let n = 0; n < ARCHIVES; n += 1) {
      const stored = await fetch(`${stage.server.url}/api/v1/archives/${n}.bin`, {
        ...{ method: 'PUT', headers: { 'Upload-Token': token }, body: patternedBytes(5_000, n + 1) },
      });
      ids.push(((await stored.json()) as { id: string }).id);
    }
  });

  afterAll(async () => {
    await stage.strike();
    await place.remove();
    plan.dispose();
    rmSync(parent, { recursive: true, force: true });
  });

  it('has what is left, and restores neither rows nor bytes of what went between the tables and the bytes', async () => {
    const { dataDir } = stage.server;
    plan.set({ step: '^mkdir blobs/xx', nth: 1, action: 'stop' });
    const command = startCommand(['backup', backup], {
      environment: { DATA_DIR: dataDir, ...plan.environment, FAULT_ROOT: backup },
    });
    const { pid } = command.child;
    while (!isStopped(pid)) await delay(10);
    for (const id of ids.slice(DELETED_FROM)) await stage.admin.expect(204, 'DELETE', `/api/v1/archives/${id}`);
    command.child.kill('SIGCONT');
    const { code, out, errors } = await command.result;
    expect([code, errors]).toEqual([0, '']);
    expect(out).toContain(`${ARCHIVES - DELETED_FROM} archives were deleted meanwhile and are not in the backup`);
    plan.clear();

    const SECRET_KEY = readFileSync(join(dataDir, 'secret.key'), 'utf8').trim();
    const restored = await place.run(['restore', backup], { environment: { SECRET_KEY } });
    expect(restored).toMatchObject({ code: 0, errors: '' });
    const verified = await place.run(['verify'], { environment: { SECRET_KEY } });
    expect(verified.out).toMatch(new RegExp(`^${DELETED_FROM} archives checked, 0 missing`));
    for (const id of ids.slice(DELETED_FROM)) {
      expect(existsSync(join(backup, 'blobs', id.slice(-4, -2), id.slice(-2), id))).toBe(false);
    }
  });
});

function isStopped(pid: number | undefined): boolean {
  return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
