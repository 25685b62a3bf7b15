import { mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendOptions, bytesOf, chunksOf } from '../contract-support.js';
import { SlabPool } from '../slab-pool.js';
import { FsBlobStore } from './fs-blob-store.js';
import { type FileCall, systemError, watchedFileOperations } from './watched-file-operations.js';

const KEY = 'blob-abcd';

describe('FsBlobStore.link', () => {
  const slabs = new SlabPool();
  let root: string;
  let source: FsBlobStore;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'blob-link-')));
    source = await open('source');
    await source.begin('partial-1');
    await source.append('partial-1', 0, chunksOf(Buffer.from('bytes')), appendOptions());
    await source.commit('partial-1', KEY, '{"a":1}', 5);
  });
  afterEach(() => rm(root, { recursive: true }));

  function open(name: string, before: (call: FileCall) => unknown = () => {}): Promise<FsBlobStore> {
    return FsBlobStore.open({ root: join(root, name), slabs, operations: watchedFileOperations(before) });
  }

  it('gives the same file a second name, with its sidecar, and may be repeated', async () => {
    const target = await open('target');
    expect(await target.sharesFileSystem(source)).toBe(true);
    expect(await target.link(source, KEY)).toBe(true);
    expect(await target.link(source, KEY)).toBe(true);
    const [one, other] = await Promise.all(
      ['source', 'target'].map((name) => stat(join(root, name, 'blobs/ab/cd', KEY))),
    );
    expect(one?.ino).toBe(other?.ino);
    expect(await target.readSidecar(KEY)).toBe('{"a":1}');
  });

  it('what is deleted in one store stays in the other', async () => {
    const target = await open('target');
    await target.link(source, KEY);
    await source.delete(KEY);
    expect((await bytesOf(target.read(KEY))).toString()).toBe('bytes');
  });

  it('tells that there is no such blob', async () => {
    const target = await open('target');
    await expect(target.link(source, 'blob-none')).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each(['EXDEV', 'EPERM', 'EMLINK', 'EOPNOTSUPP', 'ENOSYS'])('answers false on %s', async (code) => {
    const target = await open('target', ({ name }) => {
      if (name === 'link') throw systemError(code);
    });
    expect(await target.link(source, KEY)).toBe(false);
    expect(await target.size(KEY)).toBeUndefined();
  });

  it('rejects on any other failure', async () => {
    const target = await open('target', ({ name }) => {
      if (name === 'link') throw systemError('EROFS');
    });
    await expect(target.link(source, KEY)).rejects.toMatchObject({ code: 'read_only' });
  });

  it('makes the new names durable: the directory is synced after the last link', async () => {
    const calls: string[] = [];
    const target = await open('target', ({ name }) => calls.push(name));
    calls.length = 0;
    await target.link(source, KEY);
    expect(calls.lastIndexOf('fsync')).toBeGreaterThan(calls.lastIndexOf('link'));
    expect(await readdir(join(root, 'target/blobs/ab/cd'))).toHaveLength(2);
  });
});
