import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { numberedRecord } from '../../test-support/line-ledger.js';
import { StreamReceiver } from '../../test-support/stream-receiver.js';
import { TestHost, until } from '../../test-support/test-drain.js';
import type { DrainRunner } from './drain-runner.js';
import { LowWaterMarks } from './low-water-marks.js';

/** Offers numbered lines of several processes and lets the event loop run in between. */
async function offer(runner: DrainRunner, from: number, to: number, marks?: LowWaterMarks): Promise<void> {
  for (let number = from; number < to; number += 1) {
    const record = numberedRecord(number);
    await runner.offer(record, marks?.enter(record.position, 1));
    if (number % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a drain over TCP', () => {
  let stage: TestHost;
  let receiver: StreamReceiver;

  beforeEach(async () => {
    stage = new TestHost();
    receiver = await StreamReceiver.start();
  });

  afterEach(async () => {
    await stage.dispose();
    await receiver.stop();
  });

  it('delivers every line once and in order, and settles them', async () => {
    const marks = new LowWaterMarks();
    const host = await stage.open();
    const runner = await host.add(stage.spec(`syslog://127.0.0.1:${receiver.port}`));
    await offer(runner, 0, 5_000, marks);
    await until(() => marks.open() === 0, 'all settled');
    expect(marks.committable()).toEqual([{ topic: 'app', partition: 0, offset: 5_000 }]);
    expect(receiver.ledger).toMatchObject({ distinct: 5_000, duplicates: 0, outOfOrder: 0 });
    expect(runner.state).toMatchObject({ status: 'connected', sent: 5_000, buffered: 0, dropped: 0 });
  });

  it.each(['reset', 'close'] as const)(
    'a receiver that cuts the connection (%s) every 700 lines gets all of them, in order',
    async (how) => {
      receiver.cutAfter = { lines: 700, how };
      const host = await stage.open();
      const runner = await host.add(stage.spec(`syslog://127.0.0.1:${receiver.port}`));
      await offer(runner, 0, 3_000);
      receiver.cutAfter = undefined;
      await until(() => runner.state.buffered === 0, 'all delivered');
      expect(receiver.ledger.missing(3_000)).toEqual([]);
      expect(receiver.ledger.outOfOrder).toBe(0);
      expect(receiver.connections).toBeGreaterThan(1);
      expect(runner.state.lastError).toMatch(/reset|closed/);
    },
  );
});
