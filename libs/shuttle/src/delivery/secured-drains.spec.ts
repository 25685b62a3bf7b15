import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { numberedRecord } from '../../test-support/line-ledger.js';
import { offerLines } from '../../test-support/offer-lines.js';
import { StreamReceiver } from '../../test-support/stream-receiver.js';
import { TestHost, until } from '../../test-support/test-drain.js';
import type { DrainSpec } from './drain-host.js';
import type { DrainRunner } from './drain-runner.js';
import { LowWaterMarks } from './low-water-marks.js';

const ROUNDS = 5;
const COUNT = 400;
const TOTAL = ROUNDS * COUNT;
/** Nothing is confirmed while a test runs. */
const NEVER = { confirmAfterMs: 60_000 };

describe('a drain whose records are made durable for their sender', () => {
  let stage: TestHost;
  let receiver: StreamReceiver;
  let spec: DrainSpec;

  beforeEach(async () => {
    stage = new TestHost();
    receiver = await StreamReceiver.start();
    spec = stage.spec(`syslog+tcp://127.0.0.1:${receiver.port}`);
  });

  afterEach(async () => {
    await stage.dispose();
    await receiver.stop();
  });

  /** As a replay does: a batch, and the next one when all of it is settled. */
  async function offerRounds(runner: DrainRunner): Promise<void> {
    const marks = new LowWaterMarks();
    for (let round = 0; round < ROUNDS; round += 1) {
      await offerLines(runner, round * COUNT, (round + 1) * COUNT, { marks });
      await runner.secure();
      expect(marks.open()).toBe(0);
    }
  }

  /** What is on the disk, as a process would find it that comes after a kill. */
  async function expectKept(count: number): Promise<void> {
    const later = new TestHost();
    cpSync(join(stage.directory, 'drains'), join(later.directory, 'drains'), { recursive: true });
    const other = await StreamReceiver.start();
    await (await later.open()).add({ ...spec, target: later.spec(`syslog+tcp://127.0.0.1:${other.port}`).target });
    await until(() => other.ledger.distinct === count, 'all arrived');
    expect(other.ledger).toMatchObject({ outOfOrder: 0, duplicates: 0 });
    await later.dispose();
    await other.stop();
  }

  it('settles them before the receiver has confirmed any, and delivers each once and in order', async () => {
    const runner = await (await stage.open(NEVER)).add(spec);
    await offerRounds(runner);
    expect(runner.state.sent).toBe(0);
    await until(() => receiver.ledger.distinct === TOTAL, 'all arrived');
    expect(receiver.ledger).toMatchObject({ outOfOrder: 0, duplicates: 0 });
  });

  it('keeps them for a later process, in order, where this one is killed', async () => {
    await offerRounds(await (await stage.open(NEVER)).add(spec));
    await expectKept(TOTAL);
  });

  it.each(['looked after', 'offered more'])(
    'keeps each of them once, where it is %s while they are written',
    async (how) => {
      await receiver.stop();
      const runner = await (await stage.open()).add(spec);
      const padding = 'x'.repeat(300);
      // At once, before it shows that nobody is there.
      for (let number = 0; number < COUNT; number += 1) runner.offer(numberedRecord(number, 'web', padding));
      await until(() => runner.state.status === 'backing_off', 'backing off');
      const marks = new LowWaterMarks();
      const securing = runner.secure();
      if (how === 'looked after') await runner.tend();
      await offerLines(runner, COUNT, TOTAL, { marks, padding });
      await securing;
      await runner.secure();
      expect(marks.open()).toBe(0);
      expect(runner.state.buffered).toBe(TOTAL);
      receiver = await StreamReceiver.start();
      await expectKept(TOTAL);
    },
  );

  it('sends what was under way again, in order, where the connection is lost', async () => {
    receiver.cuts = { afterLines: 700, times: 2, how: 'reset' };
    const runner = await (await stage.open(NEVER)).add(spec);
    await offerRounds(runner);
    await until(() => receiver.ledger.distinct === TOTAL, 'all arrived');
    expect(receiver.ledger).toMatchObject({ outOfOrder: 0 });
  });

  it('lets the receiver have what the disk has no room for', async () => {
    receiver.isStalled = true;
    const runner = await (await stage.open({ ...NEVER, bufferBytes: 100_000, policy: 'block' })).add(spec);
    const marks = new LowWaterMarks();
    await offerLines(runner, 0, COUNT, { marks, padding: 'x'.repeat(1_000) });
    await runner.secure();
    expect(marks.open()).toBeGreaterThan(0);
    receiver.resume();
    await until(() => receiver.ledger.distinct === COUNT, 'all arrived');
    expect(receiver.ledger).toMatchObject({ outOfOrder: 0, duplicates: 0 });
    expect(runner.state).toMatchObject({ dropped: 0 });
  });

  it('keeps order where others offer meanwhile', async () => {
    const runner = await (await stage.open(NEVER)).add(spec);
    const others = offerLines(runner, 0, TOTAL, { processes: ['other'] });
    await Promise.all([offerRounds(runner), others]);
    await until(() => receiver.ledger.distinct === 2 * TOTAL, 'all arrived');
    expect(receiver.ledger).toMatchObject({ outOfOrder: 0, duplicates: 0 });
  });
});
