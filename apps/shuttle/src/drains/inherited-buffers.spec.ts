import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NetworkList } from '@logs-collector/runtime/network-list';
import { SafeConnect } from '@logs-collector/runtime/safe-connect';
import { DrainHost } from '@logs-collector/shuttle/delivery/drain-host';
import { parseDrainUrl } from '@logs-collector/shuttle/drain-url';
import { numberedRecord } from '../../../../libs/shuttle/test-support/line-ledger.js';
import { StreamReceiver } from '../../../../libs/shuttle/test-support/stream-receiver.js';
import { until } from '../../../../libs/shuttle/test-support/test-drain.js';
import { createLog } from '../log.js';
import { type BufferDirectory, holdBufferDirectory, takeBufferDirectory } from './buffer-directory.js';
import { InheritedBuffers } from './inherited-buffers.js';

describe('The buffers of instances that are not started again', () => {
  let root: string;
  let receiver: StreamReceiver;
  let own: BufferDirectory;
  let host: DrainHost;

  const openHost = (bufferDirectory: string) =>
    DrainHost.open({
      bufferDirectory,
      bufferBytes: 1e8,
      bufferTotalBytes: 1e9,
      minFreeBytes: 0,
      policy: 'drop_oldest',
      maxConnections: 1,
      guard: new SafeConnect({ schemes: ['syslog+tcp'], allow: new NetworkList(['loopback']) }),
      confirmAfterMs: 60,
    });
  const spec = (id: string) => ({
    id,
    destination: { kind: 'app' as const, app: 'app', space: 'space' },
    target: parseDrainUrl(`syslog://127.0.0.1:${receiver.port}`),
  });

  async function leave(number: number, id: string): Promise<void> {
    const former = await openHost(join(root, String(number)));
    const runner = await former.add(spec(id));
    await runner.pause();
    for (let line = 0; line < 20; line += 1) void runner.offer(numberedRecord(line));
    await former.close(0);
  }

  function sweep(keepUnknownMs: number): Promise<void> {
    const log = createLog('fatal');
    return new InheritedBuffers({ own, host, ids: async () => ['drain-1'], log, keepUnknownMs }).sweep();
  }

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'inherited-buffers-'));
    receiver = await StreamReceiver.start();
    own = takeBufferDirectory(root);
    host = await openHost(own.path);
  });

  afterEach(async () => {
    await host.close(0);
    own.release();
    await receiver.stop();
    rmSync(root, { recursive: true });
  });

  it('are delivered by one that runs, and their directories go', async () => {
    mkdirSync(join(root, '2'));
    await leave(2, 'drain-1');
    await host.add(spec('drain-1'));
    await sweep(0);
    await until(() => receiver.ledger.distinct === 20, 'delivered');
    expect(existsSync(join(root, '2'))).toBe(false);
  });

  it('are left alone while somebody holds them', async () => {
    mkdirSync(join(root, '2'));
    await leave(2, 'drain-1');
    const other = holdBufferDirectory(join(root, '2'));
    await host.add(spec('drain-1'));
    await sweep(0);
    expect(readdirSync(join(root, '2'))).toEqual(['drain-1']);
    other?.release();
  });

  it('of a drain that is deleted goes, though not at once', async () => {
    await leave(1, 'drain-2');
    await sweep(60_000);
    expect(readdirSync(own.path)).toEqual(['drain-2']);
    await sweep(0);
    expect(readdirSync(own.path)).toEqual([]);
  });

  it('what cannot be read keeps the others from nothing', async () => {
    mkdirSync(join(root, '2'));
    await leave(2, 'drain-1');
    writeFileSync(join(root, '2', 'drain-0'), 'no directory');
    await host.add(spec('drain-1'));
    await sweep(0);
    await until(() => receiver.ledger.distinct === 20, 'delivered');
  });
});
