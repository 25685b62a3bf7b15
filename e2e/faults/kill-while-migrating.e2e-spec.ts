import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SCHEMA_VERSION, takeBackMigrations } from '../../apps/api/test-support/schema-versions.js';
import { databaseKinds } from '../../apps/api/test-support/test-databases.js';
import { besideServer } from '../support/admin-command.js';
import { patternedBytes } from '../support/bytes.js';
import { FaultPlan } from '../support/fault-plan.js';
import { IS_LARGE, ROUNDS } from '../support/size.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(300_000 * ROUNDS);

const kinds = IS_LARGE ? databaseKinds : databaseKinds.filter((kind) => kind !== 'postgres 15');
/** Migrations that are still to come at the start; the quick selection takes one and all but the first. */
const pending = Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1);
const visited = IS_LARGE ? pending : [1, SCHEMA_VERSION - 1];

/** The database of an earlier version, as this version's migrations leave it when they are taken back one by one. */
describe.each(kinds)('A start that is killed while it brings the schema up to date (%s)', (kind) => {
  const plan = new FaultPlan();
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.set(kind, plan.environment);
    const { token } = await stage.admin.createTicket('OLD');
    const stored = await fetch(`${stage.server.url}/api/v1/archives/old.bin`, {
      ...{ method: 'PUT', headers: { 'Upload-Token': token }, body: patternedBytes(1_000) },
    });
    expect(stored.status).toBe(201);
    await stage.server.stop();
  });

  afterAll(async () => {
    await stage.strike();
    plan.dispose();
  });

  it.each([...visited])('%i migrations: the next start completes it, and no row is lost', async (steps) => {
    const kept = tablesBefore(SCHEMA_VERSION - steps);
    for (let nth = 1; nth <= steps; nth += IS_LARGE ? 1 : Math.max(1, steps - 1)) {
      for (const when of ['before', 'after'] as const) {
        await takeBackMigrations(stage.target, steps);
        const before = await countsOf(kept);
        const command = await besideServer(stage.server, ['verify']);
        expect([command.code, command.errors]).toEqual([
          1,
          expect.stringMatching(/older version.*Nothing was touched/),
        ]);
        plan.set({ step: '^commit$', nth, when, action: 'kill' });
        await expect(stage.server.start()).rejects.toThrow(/did not start/);
        plan.clear();
        await stage.server.start();
        expect((await fetch(`${stage.server.url}/health/ready`)).status).toBe(200);
        const after = await countsOf(kept);
        expect([nth, when, after]).toEqual([nth, when, before]);
        await stage.server.stop();
      }
    }
  });

  /** Of those that are there from the first migration on; rows come and go in others at every start. */
  function tablesBefore(applied: number): string[] {
    return ['user', 'recovery_code', 'platform', 'ticket', 'upload_token', 'archive'].filter(
      (_, index) => applied > (index < 2 ? 2 : index < 5 ? 3 : 4),
    );
  }

  async function countsOf(tables: readonly string[]): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const table of tables) counts[table] = await stage.count(`"${table}"`);
    return counts;
  }
});
