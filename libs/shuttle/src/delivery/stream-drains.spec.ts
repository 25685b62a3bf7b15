import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { offerLines } from '../../test-support/offer-lines.js';
import { StreamReceiver } from '../../test-support/stream-receiver.js';
import { TestHost, until } from '../../test-support/test-drain.js';
import { LowWaterMarks } from './low-water-marks.js';

/** So that only a receiver that closes in answer confirms: sender and receiver share an event loop here, and it may stall. */
const NEVER_MS = 600_000;

describe('a drain over TCP', () => {
  let stage: TestHost;
  let receiver: StreamReceiver;
  let url: string;

  beforeEach(async () => {
    stage = new TestHost();
    receiver = await StreamReceiver.start();
    url = `syslog://127.0.0.1:${receiver.port}`;
  });

  afterEach(async () => {
    await stage.dispose();
    await receiver.stop();
  });

  it('delivers every line once and in order, and settles them', async () => {
    const marks = new LowWaterMarks();
    const runner = await (await stage.open()).add(stage.spec(url));
    await offerLines(runner, 0, 5_000, { marks });
    await until(() => marks.open() === 0, 'all settled');
    expect(marks.committable()).toEqual([{ topic: 'app', partition: 0, offset: 5_000 }]);
    expect(receiver.ledger).toMatchObject({ distinct: 5_000, duplicates: 0, outOfOrder: 0 });
    expect(runner.state).toMatchObject({ status: 'connected', sent: 5_000, buffered: 0, dropped: 0 });
  });

  it.each(['reset', 'close'] as const)(
    'a receiver that cuts the connection (%s) again and again gets every line, in order',
    async (how) => {
      receiver.cuts = { afterLines: 700, how, times: 4 };
      const host = await stage.open({ confirmAfterMs: NEVER_MS });
      const runner = await host.add(stage.spec(url));
      await offerLines(runner, 0, 3_000);
      await until(() => receiver.cuts?.times === 0, 'all cuts');
      await host.close(15_000);
      expect(receiver.ledger.missing(3_000)).toEqual([]);
      expect(receiver.ledger.outOfOrder).toBe(0);
      expect(runner.state.lastError).toMatch(/reset|closed/);
    },
  );

  it('what a receiver accepted and never read is sent again when it dies', async () => {
    receiver.isStalled = true;
    const host = await stage.open({ confirmAfterMs: NEVER_MS });
    const runner = await host.add(stage.spec(url));
    await offerLines(runner, 0, 30_000, { padding: 'x'.repeat(300) });
    await until(() => receiver.connections === 1, 'connected');
    for (const socket of receiver.sockets) socket.resetAndDestroy();
    receiver.isStalled = false;
    await until(() => receiver.connections > 1, 'reconnected');
    await host.close(15_000);
    expect(receiver.ledger.missing(30_000)).toEqual([]);
    expect(receiver.ledger.outOfOrder).toBe(0);
  });

  it('a receiver that ends every connection before anything counts as received gets everything nevertheless, in order', async () => {
    receiver.cuts = { afterLines: 6_000, how: 'reset', times: Number.POSITIVE_INFINITY };
    const host = await stage.open({ confirmAfterMs: NEVER_MS, memoryBytes: 4 * 1024 * 1024, spillAfterMs: 200 });
    const runner = await host.add(stage.spec(url));
    await offerLines(runner, 0, 20_000, { padding: 'x'.repeat(100) });
    await until(() => runner.state.buffered === 0, 'all confirmed', 30_000);
    expect(receiver.ledger.missing(20_000)).toEqual([]);
    expect(receiver.ledger.outOfOrder).toBe(0);
  });

  it('one connection that ended before anything counted is enough to have the next ones proved by closing', async () => {
    receiver.cuts = { afterLines: 700, how: 'reset', times: 1 };
    const runner = await (await stage.open({ confirmAfterMs: NEVER_MS })).add(stage.spec(url));
    await offerLines(runner, 0, 3_000);
    await until(() => runner.state.buffered === 0, 'all confirmed', 20_000);
    expect(receiver.ledger.missing(3_000)).toEqual([]);
    expect(receiver.ledger.outOfOrder).toBe(0);
  });

  it('an outage longer than memory goes through the disk: all delivered in order, settled once durable', async () => {
    await receiver.stop();
    const marks = new LowWaterMarks();
    const runner = await (await stage.open()).add(stage.spec(url));
    await offerLines(runner, 0, 20_000, { marks, padding: 'x'.repeat(300), processes: ['web', 'worker'] });
    await until(() => marks.open() === 0, 'settled while the receiver is away');
    expect(runner.state).toMatchObject({ status: 'backing_off', buffered: 40_000, sent: 0, dropped: 0 });
    expect(runner.state.lastError).toBe('The receiver refused the connection.');
    receiver = await StreamReceiver.start({ port: receiver.port });
    await offerLines(runner, 20_000, 25_000, { marks, processes: ['web', 'worker'] });
    await until(() => runner.state.buffered === 0, 'all delivered');
    expect(receiver.ledger.missing(25_000, 'web')).toEqual([]);
    expect(receiver.ledger.missing(25_000, 'worker')).toEqual([]);
    expect(receiver.ledger.outOfOrder).toBe(0);
    await until(() => runner.state.bufferedBytes === 0, 'the disk buffer is empty');
  });

  it('a quiet drain whose receiver is away holds no commit back: what waits too long is durable, settled, and comes later', async () => {
    await receiver.stop();
    const marks = new LowWaterMarks();
    const runner = await (await stage.open({ spillAfterMs: 200 })).add(stage.spec(url));
    for (let turn = 0; turn < 3; turn += 1) {
      await offerLines(runner, turn * 2, turn * 2 + 2, { marks });
      await until(() => marks.open() === 0, 'settled while the receiver is away');
    }
    expect(marks.committable()).toEqual([{ topic: 'app', partition: 0, offset: 6 }]);
    expect(runner.state).toMatchObject({ buffered: 6, sent: 0, dropped: 0 });
    receiver = await StreamReceiver.start({ port: receiver.port });
    await until(() => runner.state.buffered === 0, 'all delivered');
    expect(receiver.ledger).toMatchObject({ distinct: 6, duplicates: 0, outOfOrder: 0 });
    await until(() => runner.state.bufferedBytes === 0, 'the disk buffer is empty');
  });

  it('paused, it holds no commit back either', async () => {
    const marks = new LowWaterMarks();
    const runner = await (await stage.open({ spillAfterMs: 200 })).add(stage.spec(url));
    await runner.pause();
    await offerLines(runner, 0, 10, { marks });
    await until(() => marks.open() === 0, 'settled while it is paused');
    runner.resume();
    await until(() => runner.state.buffered === 0, 'all delivered');
    expect(receiver.ledger).toMatchObject({ distinct: 10, duplicates: 0, outOfOrder: 0 });
  });

  it('with no room on the disk either, a dead drain gives up what waits too long, counted, and the receiver is told', async () => {
    await receiver.stop();
    const marks = new LowWaterMarks();
    const runner = await (await stage.open({ spillAfterMs: 200, bufferBytes: 10 })).add(stage.spec(url));
    await offerLines(runner, 0, 5, { marks });
    await until(() => marks.open() === 0, 'settled');
    expect(runner.state.dropped).toBe(5);
    receiver = await StreamReceiver.start({ port: receiver.port });
    // Until the drain is connected again, further lines may wait too long as well.
    let offered = 5;
    for (; runner.state.sent === 0; offered += 1) {
      await offerLines(runner, offered, offered + 1, { marks });
      await delay(20);
    }
    await until(() => runner.state.buffered === 0, 'settled');
    await until(() => receiver.ledger.noticed === runner.state.dropped, 'the receiver is told');
    expect(runner.state.sent + runner.state.dropped).toBe(offered);
    expect(receiver.ledger).toMatchObject({ distinct: runner.state.sent, duplicates: 0, outOfOrder: 0 });
  });

  it('what is under way and not confirmed stays within the memory of all drains; the rest waits on the disk', async () => {
    const host = await stage.open({ confirmAfterMs: NEVER_MS, memoryBytes: 4 * 1024 * 1024 });
    const runner = await host.add(stage.spec(url));
    let peak = 0;
    for (let from = 0; from < 40_000; from += 1_000) {
      await offerLines(runner, from, from + 1_000, { padding: 'x'.repeat(300) });
      peak = Math.max(peak, host.memoryBytes);
    }
    expect(peak).toBeLessThan(5 * 1024 * 1024);
    await host.close(20_000);
    expect(receiver.ledger.missing(40_000)).toEqual([]);
    expect(receiver.ledger.outOfOrder).toBe(0);
  });

  it('a receiver that dies leaves the memory to the others, and gets everything in order when it is back', async () => {
    const host = await stage.open({ confirmAfterMs: NEVER_MS, spillAfterMs: 200, memoryBytes: 64 * 1024 * 1024 });
    const runner = await host.add(stage.spec(url));
    await offerLines(runner, 0, 10_000, { padding: 'x'.repeat(300), processes: ['web', 'worker'] });
    await until(() => receiver.ledger.distinct > 5_000, 'some received');
    await receiver.stop();
    let late = 0;
    const marks = new LowWaterMarks();
    for (let from = 10_000; from < 10_100 || host.memoryBytes >= 512 * 1024; from += 1) {
      await offerLines(runner, from, from + 1, { processes: ['cron'], marks });
      late = from + 1;
      await delay(2);
    }
    await until(() => marks.open() === 0, 'what came meanwhile is settled');
    expect(runner.state.buffered).toBe(20_000 + late - 10_000);
    receiver = await StreamReceiver.start({ port: receiver.port, ledger: receiver.ledger });
    await offerLines(runner, 10_000, 11_000, { processes: ['web', 'worker'] });
    // One that failed so often is not waited for at the end of a process.
    await until(() => receiver.ledger.distinct === 22_000 + late - 10_000, 'all received');
    await host.close(20_000);
    for (const process of ['web', 'worker']) expect(receiver.ledger.missing(11_000, process)).toEqual([]);
    expect(receiver.ledger.missing(late, 'cron')).toHaveLength(10_000);
    expect(receiver.ledger.outOfOrder).toBe(0);
    expect(host.memoryBytes).toBe(0);
  });

  it.each(['drop_oldest', 'drop_newest'] as const)(
    'a full buffer (%s): delivered + counted drops = offered, and a notice says how many',
    async (policy) => {
      await receiver.stop();
      const marks = new LowWaterMarks();
      const runner = await (await stage.open({ policy, bufferBytes: 1024 * 1024 })).add(stage.spec(url));
      await offerLines(runner, 0, 20_000, { marks, padding: 'x'.repeat(100) });
      await until(() => marks.open() === 0, 'all settled');
      const { dropped } = runner.state;
      expect(dropped).toBeGreaterThan(10_000);
      receiver = await StreamReceiver.start({ port: receiver.port });
      await until(() => runner.state.buffered === 0 && receiver.ledger.notices.length > 0, 'all delivered');
      expect(receiver.ledger.distinct + dropped).toBe(20_000);
      expect(receiver.ledger.noticed).toBe(dropped);
      expect(receiver.ledger.outOfOrder).toBe(0);
      const missing = receiver.ledger.missing(20_000);
      expect(policy === 'drop_oldest' ? missing.includes(19_999) : missing.includes(0)).toBe(false);
    },
  );

  it('block: nothing is dropped, and whoever offers is asked to hold back until the receiver is there', async () => {
    await receiver.stop();
    const runner = await (await stage.open({ policy: 'block', bufferBytes: 256 * 1024 })).add(stage.spec(url));
    let offered = 0;
    const offering = offerLines(runner, 0, 20_000, { padding: 'x'.repeat(100) }).then(() => {
      offered = 20_000;
    });
    await until(() => runner.state.bufferedBytes > 1024 * 1024, 'held back');
    expect(offered).toBe(0);
    receiver = await StreamReceiver.start({ port: receiver.port });
    await offering;
    await until(() => runner.state.buffered === 0, 'all delivered');
    expect(receiver.ledger).toMatchObject({ distinct: 20_000, outOfOrder: 0 });
    expect(runner.state.dropped).toBe(0);
  });

  it('paused, it keeps what it is offered and sends nothing; resumed, everything in order', async () => {
    const runner = await (await stage.open()).add(stage.spec(url));
    await offerLines(runner, 0, 1_000);
    await runner.pause();
    const before = receiver.ledger.distinct;
    await offerLines(runner, 1_000, 2_000);
    await until(() => runner.state.status === 'paused', 'paused');
    expect(receiver.ledger.distinct).toBe(before);
    runner.resume();
    await until(() => runner.state.buffered === 0, 'all delivered');
    expect(receiver.ledger).toMatchObject({ distinct: 2_000, outOfOrder: 0 });
  });

  it('the end of the process delivers what it can, and the receiver confirms it by closing', async () => {
    const marks = new LowWaterMarks();
    const host = await stage.open({ confirmAfterMs: NEVER_MS });
    const runner = await host.add(stage.spec(url));
    await offerLines(runner, 0, 2_000, { marks });
    await host.close(1_000);
    expect(marks.open()).toBe(0);
    expect(receiver.ledger).toMatchObject({ distinct: 2_000, duplicates: 0 });
  });

  it('what could not be delivered by the end of the process is durable, and the next one goes on with it', async () => {
    await receiver.stop();
    const marks = new LowWaterMarks();
    const host = await stage.open();
    const spec = stage.spec(url);
    await offerLines(await host.add(spec), 0, 2_000, { marks });
    await host.close(200);
    expect(marks.open()).toBe(0);
    receiver = await StreamReceiver.start({ port: receiver.port });
    const later = await (await stage.open()).add(spec);
    await offerLines(later, 2_000, 3_000);
    await until(() => later.state.buffered === 0, 'all delivered');
    expect(receiver.ledger.missing(3_000)).toEqual([]);
    expect(receiver.ledger.outOfOrder).toBe(0);
  });

  it('a drain that is deleted owes nothing any more and leaves nothing behind', async () => {
    await receiver.stop();
    const marks = new LowWaterMarks();
    const host = await stage.open();
    const spec = stage.spec(url);
    await offerLines(await host.add(spec), 0, 5_000, { marks, padding: 'x'.repeat(200) });
    await host.remove(spec.id);
    receiver = await StreamReceiver.start({ port: receiver.port });
    expect(marks.open()).toBe(0);
    expect(host.get(spec.id)).toBeUndefined();
    expect((await host.add(spec)).state).toMatchObject({ buffered: 0, dropped: 0 });
  });

  it('several connections: the order of each process is kept while the pool grows', async () => {
    const runner = await (await stage.open({ maxConnections: 4 })).add(stage.spec(url));
    const processes = ['web', 'worker', 'cron', 'api', 'mail', 'queue'];
    await offerLines(runner, 0, 6_000, { processes, padding: 'x'.repeat(200) });
    await until(() => runner.state.buffered === 0, 'all delivered');
    expect(receiver.ledger).toMatchObject({ distinct: 36_000, duplicates: 0, outOfOrder: 0 });
  });

  it('an address that is not allowed is not connected to, and the state says so', async () => {
    const host = await stage.open();
    const runner = await host.add(stage.spec('syslog://10.255.255.1:5140'));
    await offerLines(runner, 0, 1);
    await until(() => runner.state.lastError !== undefined, 'an error');
    expect(runner.state.lastError).toBe('The address is in a network that is not allowed.');
  });
});
