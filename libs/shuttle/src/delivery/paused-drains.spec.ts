import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { offerLines } from '../../test-support/offer-lines.js';
import { StreamReceiver } from '../../test-support/stream-receiver.js';
import { TestHost, until } from '../../test-support/test-drain.js';
import type { DrainSpec } from './drain-host.js';
import { LowWaterMarks } from './low-water-marks.js';

describe('a drain that is paused', () => {
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

  it('settles even a single line by bringing it to the disk, sends none, and later sends all in order', async () => {
    const host = await stage.open();
    const marks = new LowWaterMarks();
    const runner = await host.add({ ...spec, isPaused: true });
    await offerLines(runner, 0, 1, { marks });
    await until(() => marks.open() === 0, 'one line settled');
    await offerLines(runner, 1, 5_000, { marks });
    await until(() => marks.open() === 0, 'all settled');
    expect(runner.state).toMatchObject({ status: 'paused', sent: 0, buffered: 5_000, connections: 0 });
    expect(receiver.connections).toBe(0);
    await host.change({ ...spec, isPaused: false });
    await until(() => receiver.ledger.distinct === 5_000, 'all arrived');
    expect(receiver.ledger).toMatchObject({ outOfOrder: 0, duplicates: 0 });
  });

  it('fills its buffer and that of all, as far as the host tells', async () => {
    const host = await stage.open({ bufferBytes: 1024 * 1024, bufferTotalBytes: 4 * 1024 * 1024 });
    expect(host.fill).toEqual({ drain: 0, all: 0 });
    const marks = new LowWaterMarks();
    const runner = await host.add({ ...spec, isPaused: true });
    await offerLines(runner, 0, 5_000, { marks });
    await until(() => marks.open() === 0, 'all settled');
    expect(host.fill.drain).toBeGreaterThan(0.2);
    expect(host.fill.drain).toBeLessThan(1);
    expect(host.fill.all).toBeCloseTo(host.fill.drain / 4);
  });

  it('in the middle of a stream repeats nothing and loses nothing, however often it is paused and let go', async () => {
    const host = await stage.open();
    const runner = await host.add(spec);
    for (let round = 0; round < 6; round += 1) {
      await offerLines(runner, round * 500, (round + 1) * 500);
      // Not waited for: the next change comes while the one before is under way.
      void host.change({ ...spec, isPaused: round % 2 === 0 });
    }
    await host.change({ ...spec, isPaused: false });
    await until(() => runner.state.sent === 3_000, 'all sent');
    expect(receiver.ledger.missing(3_000)).toEqual([]);
    expect(receiver.ledger).toMatchObject({ outOfOrder: 0, duplicates: 0 });
  });

  it('can be deleted while it waits for its receiver to confirm, with all that is settled', async () => {
    receiver.isStalled = true;
    const host = await stage.open();
    const marks = new LowWaterMarks();
    const runner = await host.add(spec);
    await offerLines(runner, 0, 200, { marks });
    await until(() => receiver.connections > 0, 'a connection');
    void runner.pause();
    await host.remove(spec.id);
    expect(marks.open()).toBe(0);
  });

  it('whose receiver is away goes on by another way at once, not when it would have been tried again', async () => {
    await receiver.stop();
    const host = await stage.open({ backoff: { firstMs: 60_000, capMs: 60_000 } });
    const runner = await host.add(spec);
    await offerLines(runner, 0, 10);
    await until(() => runner.state.status === 'backing_off', 'backing off');
    receiver = await StreamReceiver.start({ port: receiver.port });
    await host.change(spec);
    await until(() => receiver.ledger.distinct === 10, 'all arrived', 2_000);
  });
});
