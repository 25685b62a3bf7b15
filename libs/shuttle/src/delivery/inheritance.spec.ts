import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { offerLines } from '../../test-support/offer-lines.js';
import { StreamReceiver } from '../../test-support/stream-receiver.js';
import { TestHost, until } from '../../test-support/test-drain.js';
import type { DrainSpec } from './drain-host.js';
import { LowWaterMarks } from './low-water-marks.js';

describe('what another process left for a drain', () => {
  let stage: TestHost;
  let receiver: StreamReceiver;
  let spec: DrainSpec;
  let left: string;

  beforeEach(async () => {
    stage = new TestHost();
    receiver = await StreamReceiver.start();
    await receiver.stop();
    spec = stage.spec(`syslog://127.0.0.1:${receiver.port}`);
    const former = join(stage.directory, 'former');
    const host = await stage.open({ bufferDirectory: former });
    await offerLines(await host.add(spec), 0, 2_000, { padding: 'x'.repeat(300) });
    await host.close(0);
    left = join(former, spec.id);
  });

  afterEach(async () => {
    await stage.dispose();
    await receiver.stop();
  });

  it('is delivered in order by the one that runs now, once, and its directory goes', async () => {
    receiver = await StreamReceiver.start({ port: receiver.port });
    const host = await stage.open();
    const runner = await host.add(spec);
    expect(await host.inherit(left)).toBe(true);
    expect(existsSync(left)).toBe(false);
    await until(() => runner.state.buffered === 0, 'all delivered');
    expect(receiver.ledger).toMatchObject({ distinct: 2_000, duplicates: 0, outOfOrder: 0 });
  });

  it('stays where it is while the receiver is away, and holds nothing back', async () => {
    const host = await stage.open({ spillAfterMs: 200 });
    const runner = await host.add(spec);
    const marks = new LowWaterMarks();
    await offerLines(runner, 2_000, 2_010, { marks });
    await until(() => runner.state.status === 'backing_off', 'backing off');
    expect(await host.inherit(left)).toBe(false);
    await until(() => marks.open() === 0, 'settled');
    receiver = await StreamReceiver.start({ port: receiver.port });
    await until(() => runner.state.buffered === 0, 'all delivered');
    expect(await host.inherit(left)).toBe(true);
    await until(() => runner.state.buffered === 0, 'all delivered');
    expect(receiver.ledger.missing(2_010)).toEqual([]);
  });

  it('is counted when it goes with a drain that does not exist any more', async () => {
    const host = await stage.open();
    expect(await host.discard(left)).toBe(2_000);
    expect(existsSync(left)).toBe(false);
  });

  it('a buffer that cannot be opened keeps its drain from nothing', async () => {
    receiver = await StreamReceiver.start({ port: receiver.port });
    const troubles: string[] = [];
    mkdirSync(join(stage.directory, 'drains', spec.id, 'ledger'), { recursive: true });
    const host = await stage.open({ onTrouble: (id) => troubles.push(id) });
    const runner = await host.add(spec);
    await offerLines(runner, 0, 100);
    await until(() => runner.state.buffered === 0, 'all delivered');
    expect(troubles).toContain(spec.id);
    expect(receiver.ledger.distinct).toBe(100);
  });
});
