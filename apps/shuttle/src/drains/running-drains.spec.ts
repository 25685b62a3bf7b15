import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NetworkList } from '@logs-collector/runtime/network-list';
import { SafeConnect } from '@logs-collector/runtime/safe-connect';
import { DrainHost } from '@logs-collector/shuttle/delivery/drain-host';
import { LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import { parseDrainUrl } from '@logs-collector/shuttle/drain-url';
import type { Message } from '@platformatic/kafka';
import { createLog } from '../log.js';
import { Pump } from '../pump/pump.js';
import { RunningDrains } from './running-drains.js';
import type { StoredDrain } from './sealed-drains.js';

const value = Buffer.from(
  JSON.stringify({ log: 'hello', topic: 'space', kubernetes: { container_name: 'app', pod_name: 'app-1' } }),
);
const messageAt = (offset: bigint) => ({ topic: 'space', partition: 0, offset, timestamp: 0n, value }) as Message;

describe('The drains that run', () => {
  let directory: string;
  let host: DrainHost;
  let drains: RunningDrains;
  let stored: StoredDrain[];

  const drain = (id: string, app: string): StoredDrain => ({
    id,
    destination: { kind: 'app', app, space: 'space' },
    target: parseDrainUrl('syslog://127.0.0.1:5140'),
    tls: undefined,
    isPaused: false,
    revision: 1,
    createdAtMs: 0,
    updatedAtMs: 0,
  });
  const isRunning = (id: string) => host.get(id) !== undefined;
  const routed = (app: string) => drains.routes.of({ kind: 'app', app, space: 'space' }).length;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'running-drains-'));
    host = await DrainHost.open({
      bufferDirectory: join(directory, '1'),
      bufferBytes: 1e6,
      bufferTotalBytes: 1e6,
      minFreeBytes: 0,
      policy: 'drop_oldest',
      maxConnections: 1,
      guard: new SafeConnect({ schemes: ['syslog+tcp'], allow: new NetworkList(['loopback']) }),
    });
    drains = new RunningDrains(
      { revisions: async () => new Map(stored.map(({ id, revision }) => [id, revision])), list: async () => stored },
      host,
      createLog('silent'),
    );
  });

  afterEach(async () => {
    await host.close(0);
    rmSync(directory, { recursive: true });
  });

  it('one that cannot be started keeps no other from it, and is tried again', async () => {
    const broken = 'x'.repeat(65);
    stored = [drain(broken, 'broken'), drain('drain-1', 'app')];
    await drains.sync();
    expect([isRunning(broken), isRunning('drain-1')]).toEqual([false, true]);
    stored = [drain('drain-2', 'broken'), drain('drain-1', 'app')];
    await drains.sync();
    expect([isRunning('drain-2'), routed('broken'), routed('app')]).toEqual([true, 1, 1]);
  });

  it('what passes one that cannot be started is given up and counted, and its receiver is told once it runs', async () => {
    const inTheWay = ['drain-1', 'drain-1~'].map((name) => join(directory, '1', name));
    for (const path of inTheWay) writeFileSync(path, '');
    stored = [drain('drain-1', 'app')];
    await drains.sync();
    expect(isRunning('drain-1')).toBe(false);
    const marks = new LowWaterMarks();
    const pump = new Pump(drains, createLog('silent'));
    for (const offset of [0n, 1n, 2n]) pump.receive(messageAt(offset), marks);
    expect(marks.committable()).toEqual([{ topic: 'space', partition: 0, offset: 3 }]);
    for (const path of inTheWay) rmSync(path);
    await drains.sync();
    expect(host.get('drain-1')?.state.dropped).toBe(3);
    pump.receive(messageAt(3n), marks);
    await drains.sync();
    expect(host.get('drain-1')?.state).toMatchObject({ dropped: 3, buffered: 1 });
    pump.stop();
  });

  it('one that is gone is routed to no more', async () => {
    stored = [drain('drain-1', 'app')];
    await drains.sync();
    stored = [];
    await drains.sync();
    expect(routed('app')).toBe(0);
    expect(host.get('drain-1')).toBeUndefined();
  });
});
