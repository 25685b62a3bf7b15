import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { databaseKinds } from '../../apps/api/test-support/test-databases.js';
import { besideServer } from '../support/admin-command.js';
import { patternedBytes } from '../support/bytes.js';
import { FaultPlan } from '../support/fault-plan.js';
import { FormerApplication } from '../support/former-application.js';
import { IS_LARGE, ROUNDS } from '../support/size.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000 * ROUNDS);

const kinds = IS_LARGE ? databaseKinds : databaseKinds.filter((kind) => kind === 'sqlite');
/** Kills of one series; each run goes on where the one before it was killed. */
const KILLS = 6 * ROUNDS;
const ARCHIVES = 12;

describe.each(kinds)('An import that is killed again and again (%s)', (kind) => {
  const plan = new FaultPlan();
  let former: FormerApplication;
  let stage: Stage;

  beforeAll(async () => {
    [former, stage] = await Promise.all([FormerApplication.make('sqlite'), Stage.set(kind)]);
    await former.addUser(1, 'anna');
    await former.addPlatform(1, 'vm6', 'VMmanager 6');
    for (let number = 1; number <= ARCHIVES; number += 1) {
      await former.addTicket({ number });
      await former.addArchive(number, `${number}.log`, patternedBytes(20_000 + number, number));
    }
  });

  afterAll(async () => {
    await stage.strike();
    await former.remove();
    plan.dispose();
  });

  const run = (environment: Record<string, string> = {}) =>
    besideServer(stage.server, ['import-logs-collector', ...former.arguments, '--json'], {
      environment: { ...environment, FAULT_ROOT: stage.server.dataDir },
    });

  it('is completed by the same command: everything once, and every archive with its bytes', async () => {
    const killedAt: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const nth = 1 + Math.floor(Math.random() * 30);
      plan.set({ step: 'import-|blobs/|^commit', nth, when: kill % 2 === 0 ? 'before' : 'after', action: 'kill' });
      if ((await run(plan.environment)).signal === 'SIGKILL') killedAt.push(plan.steps().at(-1) ?? '');
      plan.clear();
    }
    expect(killedAt.length).toBeGreaterThan(0);
    const last = await run();
    expect(last).toMatchObject({ code: 0 });
    const { counts } = JSON.parse(last.out) as { counts: Record<string, { imported: number; kept: number }> };
    for (const kindOf of ['tickets', 'tokens', 'archives']) {
      expect([kindOf, (counts[kindOf]?.imported ?? 0) + (counts[kindOf]?.kept ?? 0)]).toEqual([kindOf, ARCHIVES]);
    }
    expect([await stage.count('ticket'), await stage.count('upload_token'), await stage.count('archive')]).toEqual([
      ...[ARCHIVES, ARCHIVES, ARCHIVES],
    ]);
    const [events] = await stage.rows(`SELECT COUNT(*) AS n FROM audit_event WHERE action = 'archive.imported'`);
    expect(Number(events?.n)).toBe(ARCHIVES);
    // Bytes that were on their way stay where they are until nobody can be writing them any more.
    const rest = (await stage.lastingDisagreements(0)).filter((text) => !text.includes('uploads/import-'));
    expect(rest).toEqual([]);
    expect((await besideServer(stage.server, ['verify'])).out).toMatch(
      new RegExp(`^${ARCHIVES} archives checked, 0 missing or damaged`),
    );
    console.log(`${kind}: killed at ${killedAt.join(', ')}`);
  });
});
