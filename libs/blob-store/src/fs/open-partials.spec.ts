import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendOptions, bytesOf, chunksOf, until } from '../contract-support.js';
import { SlabPool } from '../slab-pool.js';
import { FsBlobStore } from './fs-blob-store.js';
import { OpenPartials } from './open-partials.js';
import { newProcessName, type StoreProcesses } from './store-processes.js';
import { watchedFileOperations } from './watched-file-operations.js';

describe('Files of partials between two appends', () => {
  const slabs = new SlabPool();
  let root: string;
  let opened: number;
  let closed: number;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'blob-store-'));
    opened = 0;
    closed = 0;
  });
  afterEach(() => rm(root, { recursive: true }));

  /** Of a process of its own, beside others that go on running. */
  function open(): Promise<FsBlobStore> {
    const name = newProcessName();
    const processes: StoreProcesses = { own: () => name, isRunning: () => true };
    const operations = watchedFileOperations(({ name: call, path }) => {
      // What an earlier test has left open is closed during this one.
      if (!path.startsWith(root) || !/partial-\d+\/\d+\.[0-9a-f]{16}$/.test(path)) return;
      opened += call === 'open' ? 1 : 0;
      closed += call === 'close' ? 1 : 0;
    });
    return FsBlobStore.open({ root, slabs, processes, operations });
  }

  const append = (store: FsBlobStore, offset: number, epoch: number, text = 'abc', partial = 'partial-1') =>
    store.append(partial, offset, chunksOf(Buffer.from(text)), appendOptions({ epoch }));

  it('stay open for the next append and for the commit of the same process', async () => {
    const store = await open();
    await store.begin('partial-1');
    for (const epoch of [1, 2, 3]) await append(store, (epoch - 1) * 3, epoch);
    expect([opened, closed]).toEqual([1, 0]);
    await store.commit('partial-1', 'blob-0001', '{}', 9);
    expect([opened, closed]).toEqual([1, 1]);
    expect((await bytesOf(store.read('blob-0001'))).toString()).toBe('abcabcabc');
  });

  it('are opened anew where another process has had them meanwhile', async () => {
    const [store, elsewhere] = [await open(), await open()];
    await store.begin('partial-1');
    await append(store, 0, 1, 'from here,');
    await append(elsewhere, 10, 2, 'there,');
    expect(opened).toBe(2);
    await append(store, 16, 3, 'and here');
    expect(opened).toBe(3);
    expect((await bytesOf(elsewhere.readPartial('partial-1'))).toString()).toBe('from here,there,and here');
  });

  it('are closed when the partial is removed, and when nobody comes back', async () => {
    const store = await open();
    for (const partial of ['partial-1', 'partial-2']) {
      await store.begin(partial);
      await append(store, 0, 1, 'abc', partial);
    }
    await store.abort('partial-1');
    expect(closed).toBeGreaterThanOrEqual(1);
    await until(() => closed === 2);
  });

  it('are closed when there are too many, those first that nobody has come back to for longest', async () => {
    const given: number[] = [];
    const kept = new OpenPartials({ close: async (fd) => void given.push(fd) });
    for (let fd = 1; fd <= 66; fd += 1) await kept.keep(`partial-${fd}`, { fd, epoch: 1 });
    expect(given).toEqual([1, 2]);
    await kept.forget('partial-3');
    expect(given).toEqual([1, 2, 3]);
  });
});
