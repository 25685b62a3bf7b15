import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendOptions, bytesOf, chunksOf, collect } from '../contract-support.js';
import { SlabPool } from '../slab-pool.js';
import { FsBlobStore } from './fs-blob-store.js';
import { type FileCall, systemError, watchedFileOperations } from './watched-file-operations.js';

describe('FsBlobStore', () => {
  const slabs = new SlabPool();
  let root: string;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'blob-store-')));
  });
  afterEach(() => rm(root, { recursive: true }));

  function open(before: (call: FileCall) => unknown = () => {}, at = root): Promise<FsBlobStore> {
    return FsBlobStore.open({ root: at, slabs, operations: watchedFileOperations(before), now: () => 1_000 });
  }

  async function fill(store: FsBlobStore, partial: string, text: string): Promise<void> {
    await store.begin(partial);
    await store.append(partial, 0, chunksOf(Buffer.from(text)), appendOptions());
  }

  async function tree(): Promise<string[]> {
    return (await readdir(root, { recursive: true })).sort();
  }

  describe('open', () => {
    it('makes the root, whose parent has to exist', async () => {
      await open(undefined, join(root, 'data'));
      expect((await lstat(join(root, 'data'))).mode & 0o777).toBe(0o700);
      await expect(open(undefined, join(root, 'no', 'data'))).rejects.toMatchObject({ code: 'not_found' });
    });

    it('follows a root that is a symbolic link, but none below it', async () => {
      await mkdir(join(root, 'volume'));
      await symlink(join(root, 'volume'), join(root, 'data'));
      await fill(await open(undefined, join(root, 'data')), 'partial-1', 'abc');
      expect(await readFile(join(root, 'volume/uploads/partial-1/1'), 'utf8')).toBe('abc');
      await mkdir(join(root, 'other'));
      await symlink(join(root, 'volume'), join(root, 'other/uploads'));
      await expect(open(undefined, join(root, 'other'))).rejects.toMatchObject({ code: 'io_failed' });
    });
  });

  it('lets nobody else read: directories 0700, files 0600, whatever the umask', async () => {
    const umask = process.umask(0);
    try {
      const store = await open();
      await fill(store, 'partial-1', 'abc');
      await fill(store, 'partial-2', 'abc');
      await store.commit('partial-2', 'blob-0001', '{}', 3);
      await fill(store, 'partial-3', 'abc');
      await store.commit('partial-3', 'blob-0002', '{}', 3);
      await store.quarantine('blob-0002');
    } finally {
      process.umask(umask);
    }
    const modes: Record<string, string> = {};
    for (const name of await tree()) {
      const stats = await lstat(join(root, name));
      modes[name] = `${stats.isDirectory() ? 'd' : '-'}${(stats.mode & 0o777).toString(8)}`;
    }
    expect(modes).toEqual({
      blobs: 'd700',
      'blobs/00': 'd700',
      'blobs/00/01': 'd700',
      'blobs/00/01/blob-0001': '-600',
      'blobs/00/01/blob-0001.json': '-600',
      'blobs/00/02': 'd700',
      quarantine: 'd700',
      'quarantine/1000.blob-0002': '-600',
      'quarantine/1000.blob-0002.json': '-600',
      uploads: 'd700',
      'uploads/partial-1': 'd700',
      'uploads/partial-1/1': '-600',
    });
  });

  it('follows no symbolic link in the place of a file', async () => {
    const store = await open();
    const secret = join(root, 'secret');
    await writeFile(secret, 'secret');
    await fill(store, 'partial-1', 'abc');
    await store.commit('partial-1', 'blob-0001', '{}', 3);
    await symlink(secret, join(root, 'uploads/linked'));
    await symlink(join(root, 'absent'), join(root, 'uploads/dangling'));
    await symlink(secret, join(root, 'blobs/00/01/link0001'));
    await symlink(secret, join(root, 'blobs/00/01/link0001.json'));

    const options = appendOptions();
    await expect(store.append('linked', 0, chunksOf(Buffer.from('x')), options)).rejects.toMatchObject({
      code: 'io_failed',
    });
    await expect(store.begin('dangling')).rejects.toMatchObject({ code: 'io_failed' });
    await expect(store.append('dangling', 0, chunksOf(Buffer.from('x')), options)).rejects.toThrow();
    await expect(bytesOf(store.readPartial('linked'))).rejects.toMatchObject({ code: 'io_failed' });
    await expect(bytesOf(store.read('link0001'))).rejects.toMatchObject({ code: 'io_failed' });
    await expect(store.readSidecar('link0001')).rejects.toMatchObject({ code: 'io_failed' });
    await expect(store.partialSize('linked')).rejects.toMatchObject({ code: 'io_failed' });
    await store.begin('partial-9');
    await rm(join(root, 'uploads/partial-9/0'));
    await symlink(secret, join(root, 'uploads/partial-9/5'));
    await expect(store.append('partial-9', 0, chunksOf(Buffer.from('x')), options)).rejects.toMatchObject({
      code: expect.stringMatching(/superseded|io_failed/),
    });
    await expect(bytesOf(store.readPartial('partial-9'))).rejects.toMatchObject({ code: 'io_failed' });
    expect(await store.partialSize('partial-9')).toBeUndefined();
    await store.abort('partial-9');
    expect(await store.size('link0001')).toBeUndefined();
    expect(await collect(store.listPartials())).toEqual([]);
    expect((await collect(store.list())).map(({ key }) => key)).toEqual(['blob-0001']);

    await fill(store, 'partial-2', 'new');
    await symlink(secret, join(root, 'blobs/00/01/blob0001.json'));
    await symlink(secret, join(root, 'blobs/00/01/blob0001.json.tmp'));
    await store.commit('partial-2', 'blob0001', '{"n":2}', 3);
    expect(await store.readSidecar('blob0001')).toBe('{"n":2}');
    await store.delete('link0001');
    expect(await readFile(secret, 'utf8')).toBe('secret');
    expect(await tree()).not.toContain('absent');
  });

  it('lists only what it would find by key', async () => {
    const store = await open();
    await fill(store, 'partial-1', 'abc');
    await store.commit('partial-1', 'blob-0001', '{}', 3);
    await mkdir(join(root, 'blobs/00/01/dir-0001'));
    await writeFile(join(root, 'blobs/00/01/blob-0002'), 'in the wrong directory');
    await writeFile(join(root, 'blobs/00/01/blob-0001.json.tmp'), 'left behind');
    await writeFile(join(root, 'blobs/.probe'), 'left behind');
    await writeFile(join(root, 'blobs/00/xx'), 'not ours');
    await writeFile(join(root, 'uploads/.nfs0001'), 'not ours');
    await writeFile(join(root, 'quarantine/README'), 'not ours');
    expect((await collect(store.list())).map(({ key }) => key)).toEqual(['blob-0001']);
    expect(await collect(store.listPartials())).toEqual([]);
    expect(await store.purgeQuarantine(Number.MAX_SAFE_INTEGER)).toBe(0);
  });

  it('measures the room that others than root may use', async () => {
    const { totalBytes, freeBytes } = await (await open()).space();
    expect(freeBytes).toBeGreaterThan(0);
    expect(freeBytes).toBeLessThan(totalBytes);
  });

  describe('probe', () => {
    it.each([
      ['EROFS', 'read_only'],
      ['ENOSPC', 'no_space'],
      ['EACCES', 'io_failed'],
    ])('tells %s as %s', async (code, expected) => {
      const cause = systemError(code);
      const store = await open(({ name, path }) => {
        if (path.endsWith('.probe') && (name === 'open' || name === 'write')) {
          throw cause;
        }
      });
      await expect(store.probe()).rejects.toMatchObject({ code: expected, cause });
    });

    it('finds directories that lie on different file systems', async () => {
      const store = await open(({ name }) => {
        if (name === 'rename') {
          throw systemError('EXDEV');
        }
      });
      await expect(store.probe()).rejects.toMatchObject({ code: 'io_failed' });
      expect(await tree()).toEqual(['blobs', 'quarantine', 'uploads']);
    });

    it('is not misled by another process that probes at the same moment', async () => {
      let isTaken = false;
      const store = await open(async ({ name, path }) => {
        if (name === 'rename' && path.endsWith('uploads/.probe') && !isTaken) {
          isTaken = true;
          await rm(path);
        }
      });
      await store.probe();
      expect(isTaken).toBe(true);
    });

    it('clears away what a probe that was killed left', async () => {
      const store = await open();
      await writeFile(join(root, 'uploads/.probe'), '');
      await store.probe();
      expect(await tree()).toEqual(['blobs', 'quarantine', 'uploads']);
    });
  });

  it('closes a file that is read only after the read under way has ended', async () => {
    const calls: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const store = await open(async ({ name, path }) => {
      if (path.endsWith('blob-0001')) {
        calls.push(name);
        if (name === 'read') {
          await gate;
          calls.push('read goes on');
        }
      }
    });
    await fill(store, 'partial-1', 'abc');
    await store.commit('partial-1', 'blob-0001', '{}', 3);
    calls.length = 0;
    const stream = store.read('blob-0001');
    stream.resume();
    while (!calls.includes('read')) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const closed = new Promise((resolve) => stream.once('close', resolve));
    stream.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).not.toContain('close');
    release();
    await closed;
    expect(calls.slice(-2)).toEqual(['read goes on', 'close']);
  });

  describe('order of what reaches the device', () => {
    const syncing = new Set(['fsync', 'rename', 'unlink', 'mkdir', 'rmdir', 'futimes']);

    async function orderOf(work: (store: FsBlobStore) => Promise<unknown>): Promise<string[]> {
      const calls: string[] = [];
      const store = await open(({ name, path }) => {
        if (syncing.has(name)) {
          calls.push(`${name} ${relative(root, path)}`);
        }
      });
      await fill(store, 'partial-1', 'abc');
      calls.length = 0;
      await work(store);
      return calls;
    }

    it('begin: nothing, as nothing was told of it yet', async () => {
      expect(await orderOf((store) => store.begin('partial-2'))).toEqual(['mkdir uploads/partial-2']);
    });

    it('append: the names of the partial together with its first bytes, before they are told', async () => {
      const calls = await orderOf(async (store) => {
        await store.begin('partial-2');
        for (const [offset, epoch] of [
          [0, 1],
          [3, 2],
        ] as const) {
          await store.append('partial-2', offset, chunksOf(Buffer.from('abc')), appendOptions({ epoch }));
        }
      });
      expect(calls.slice(0, 2)).toEqual(['mkdir uploads/partial-2', 'rename uploads/partial-2/0']);
      expect(calls.slice(2, 4).toSorted()).toEqual(['fsync uploads', 'fsync uploads/partial-2']);
      expect(calls.slice(4).map((call) => call.replace(/\.[0-9a-f]{16}$/, ''))).toEqual([
        'rename uploads/partial-2/1',
        'rename uploads/partial-2/1',
        'rename uploads/partial-2/2',
      ]);
    });

    it('append: tells nothing for durable whose names are not', async () => {
      const store = await open(({ name, path }) => {
        if (name === 'fsync' && path === join(root, 'uploads')) throw systemError('EIO');
      });
      await store.begin('partial-1');
      const told: number[] = [];
      const options = appendOptions({ onDurable: (offset) => told.push(offset) });
      const result = await store.append('partial-1', 0, chunksOf(Buffer.from('abc')), options);
      expect(result).toMatchObject({ offset: 0, interrupted: { reason: 'io_failed' } });
      expect(told).toEqual([]);
    });

    it('commit: directories, sidecar and bytes, then the names', async () => {
      const calls = await orderOf((store) => store.commit('partial-1', 'blob-0001', '{}', 3));
      // Of the file as it was opened, under the name of its writer.
      const bytes = /^(futimes|fsync) uploads\/partial-1\/1\.[0-9a-f]{16}$/;
      const first = calls.indexOf('rename blobs/00/01/blob-0001.json.tmp');
      // Side by side: which of the two is done first does not matter.
      const ofBytes = calls.slice(0, first).filter((call) => bytes.test(call));
      expect(ofBytes.map((call) => call.split(' ')[0])).toEqual(['futimes', 'fsync']);
      expect(calls.slice(0, first).filter((call) => !bytes.test(call))).toEqual([
        'mkdir blobs/00',
        'fsync blobs',
        'mkdir blobs/00/01',
        'fsync blobs/00',
        'fsync blobs/00/01/blob-0001.json.tmp',
      ]);
      expect(calls.slice(first)).toEqual([
        'rename blobs/00/01/blob-0001.json.tmp',
        'rename uploads/partial-1/1',
        'rmdir uploads/partial-1',
        'fsync blobs/00/01',
      ]);
    });

    it('commit: directories that were found are synced too, once per process', async () => {
      await mkdir(join(root, 'blobs/00/01'), { recursive: true });
      const calls = await orderOf(async (store) => {
        await store.commit('partial-1', 'blob-0001', '{}', 3);
        await store.begin('partial-2');
        await store.commit('partial-2', 'blob-1-0001', '{}', 0);
      });
      expect(calls.filter((call) => call === 'fsync blobs' || call === 'fsync blobs/00')).toHaveLength(2);
    });

    it('delete, abort, quarantine: the directories last', async () => {
      expect(await orderOf((store) => store.abort('partial-1'))).toEqual([
        'rmdir uploads/partial-1',
        'unlink uploads/partial-1/1',
        'rmdir uploads/partial-1',
        'fsync uploads',
      ]);
      const rest = await orderOf(async (store) => {
        await store.commit('partial-1', 'blob-0001', '{}', 3);
        await store.quarantine('blob-0001');
        await store.delete('blob-0001');
      });
      expect(rest.slice(-9)).toEqual([
        'fsync blobs/00/01',
        'rename blobs/00/01/blob-0001',
        'rename blobs/00/01/blob-0001.json',
        'fsync quarantine',
        'fsync blobs/00/01',
        'unlink blobs/00/01/blob-0001',
        'unlink blobs/00/01/blob-0001.json',
        'unlink blobs/00/01/blob-0001.json.tmp',
        'fsync blobs/00/01',
      ]);
    });
  });
});
