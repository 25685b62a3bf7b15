import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { queryRows } from '../../apps/api/test-support/database-rows.js';
import { databaseKinds } from '../../apps/api/test-support/test-databases.js';
import { besideServer } from '../support/admin-command.js';
import { patternedBytes } from '../support/bytes.js';
import { FaultPlan } from '../support/fault-plan.js';
import { RestoredPlace } from '../support/restored-place.js';
import { IS_LARGE, ROUNDS } from '../support/size.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(300_000 * ROUNDS);

/** The quick selection visits every so manieth step, beginning at another one on every run. */
const STRIDE = IS_LARGE ? 3 : 89;
const ARCHIVES = 3;
/** Another file system, so that bytes are copied and not linked. */
const ELSEWHERE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const kinds = IS_LARGE ? databaseKinds : databaseKinds.filter((kind) => kind !== 'postgres 15');

interface Manifest {
  readonly snapshot: string;
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly sha256: string }[];
}

/** Every change of a file below the directory and every commit is a step; the command is killed at the n-th. */
describe.each(kinds)('A backup or a restore that is killed at any step (%s)', (kind) => {
  const plan = new FaultPlan();
  let stage: Stage;
  let parent: string;
  let backup: string;
  let token: string;
  let made = 0;

  beforeAll(async () => {
    parent = mkdtempSync(join(ELSEWHERE, 'logs-collector-kills-'));
    backup = join(parent, 'backup');
    stage = await Stage.set(kind);
    ({ token } = await stage.admin.createTicket('KILLS', { attempts: 100 }));
    for (let n = 0; n < ARCHIVES; n += 1) await upload();
  });

  afterAll(async () => {
    await stage.strike();
    plan.dispose();
    rmSync(parent, { recursive: true, force: true });
  });

  it('leaves the earlier backup whole, and is completed by the same command', async () => {
    expect((await besideServer(stage.server, ['backup', backup])).code).toBe(0);
    await upload();
    const steps = await stepsOf(() => killedBackup());
    expect(steps).toContain('rename manifest.json.<pid>.tmp');
    let kills = 0;
    for (const [nth, when] of visits(steps.length)) {
      await upload();
      const before = manifestOf(backup).snapshot;
      plan.set({ step: '.', nth, when, action: 'kill' });
      const { signal } = await killedBackup();
      plan.clear();
      if (signal === 'SIGKILL') kills += 1;
      expect(faultsOf(backup)).toEqual([]);
      expect((await besideServer(stage.server, ['backup', backup])).code).toBe(0);
      expect(faultsOf(backup)).toEqual([]);
      expect(manifestOf(backup).snapshot).not.toBe(before);
    }
    expect(kills).toBeGreaterThan(0);
    console.log(`${kind}, backup: ${steps.length} steps, ${kills} kills, the backup before each kill stayed whole`);
  });

  it('of a restore no server starts on what is there, and the same command completes it', async () => {
    expect((await besideServer(stage.server, ['backup', backup])).code).toBe(0);
    const steps = await stepsOf(async () => {
      const place = await RestoredPlace.make(kind);
      expect((await killedRestore(place)).code).toBe(0);
      await place.remove();
    });
    const { tables } = manifestOf(backup);
    let kills = 0;
    for (const [nth, when] of visits(steps.length)) {
      const place = await RestoredPlace.make(kind);
      plan.set({ step: '.', nth, when, action: 'kill' });
      const { signal } = await killedRestore(place);
      plan.clear();
      if (signal === 'SIGKILL') kills += 1;
      // What is not complete is no installation for any other command, and then it becomes one.
      if (existsSync(join(place.dataDir, 'restore-under-way'))) {
        expect((await place.run(['verify'])).errors).toMatch(/restore that was interrupted|holds no installation/);
      }
      if (signal === 'SIGKILL') {
        const again = await place.run(['restore', backup], { environment: keyOf() });
        // Killed when all was done but saying so.
        if (again.code !== 0) expect(again.errors).toMatch(/DATA_DIR is not empty/);
      }
      const { out, errors } = await place.run(['verify'], { environment: keyOf() });
      const isWhole = /^\d+ archives checked, 0 missing.*\naudit trail: \d+ entries sealed, 0 faults/;
      expect([nth, when, errors, out]).toEqual([nth, when, '', expect.stringMatching(isWhole)]);
      // The trail has one entry more: that of the restore.
      for (const { name, rows } of tables.filter(({ name: table }) => !table.startsWith('audit_'))) {
        const [row] = await queryRows(place.target, `SELECT COUNT(*) AS n FROM "${name}"`);
        expect([name, Number(row?.n)]).toEqual([name, rows]);
      }
      await place.remove();
    }
    expect(kills).toBeGreaterThan(0);
    console.log(`${kind}, restore: ${steps.length} steps, ${kills} kills, each completed by the same command`);
  });

  async function upload(): Promise<void> {
    made += 1;
    const answer = await fetch(`${stage.server.url}/api/v1/archives/kill-${made}.bin`, {
      ...{ method: 'PUT', headers: { 'Upload-Token': token }, body: patternedBytes(20_000, made) },
    });
    expect(answer.status).toBe(201);
  }

  function keyOf(): Record<string, string> {
    return { SECRET_KEY: readFileSync(join(stage.server.dataDir, 'secret.key'), 'utf8').trim() };
  }

  function killedBackup() {
    return besideServer(stage.server, ['backup', backup], {
      environment: { ...plan.environment, FAULT_ROOT: backup },
    });
  }

  function killedRestore(place: RestoredPlace) {
    return place.run(['restore', backup], {
      environment: { ...keyOf(), ...plan.environment, FAULT_ROOT: place.dataDir },
    });
  }

  async function stepsOf(work: () => Promise<unknown>): Promise<string[]> {
    plan.set({ step: '.', nth: 0, action: 'kill' });
    await work();
    const steps = plan.steps();
    plan.clear();
    return steps.map((step) => step.replace(/\.\d+\.tmp/, '.<pid>.tmp'));
  }

  function* visits(steps: number): Generator<[number, 'before' | 'after']> {
    for (let place = Math.floor(Math.random() * STRIDE); place < steps * 2; place += STRIDE) {
      yield [Math.floor(place / 2) + 1, place % 2 === 0 ? 'before' : 'after'];
    }
  }
});

function manifestOf(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Manifest;
}

/** What a backup promises by its manifest and does not keep. */
function faultsOf(directory: string): string[] {
  const { snapshot, tables } = manifestOf(directory);
  const faults: string[] = [];
  for (const { name, sha256 } of tables) {
    const path = join(directory, 'snapshots', snapshot, `${name}.jsonl`);
    if (!existsSync(path) || hashOf(path) !== sha256) faults.push(`table ${name}`);
  }
  const rows = readFileSync(join(directory, 'snapshots', snapshot, 'archive.jsonl'), 'utf8')
    .trim()
    .split('\n');
  for (const row of rows) {
    const { id, sha256 } = JSON.parse(row) as { id: string; sha256: string };
    const path = join(directory, 'blobs', id.slice(-4, -2), id.slice(-2), id);
    if (!existsSync(path) || hashOf(path) !== sha256) faults.push(`archive ${id}`);
  }
  return faults;
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
