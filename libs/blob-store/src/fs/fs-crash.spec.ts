import { link, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendOptions, bytesOf, chunksOf, collect } from '../contract-support.js';
import { SlabPool } from '../slab-pool.js';
import { FsBlobStore } from './fs-blob-store.js';
import { systemError, watchedFileOperations } from './watched-file-operations.js';

/**
 * Each action is cut off after every number of file operations it may have got through, as a kill would, and done again
 * by a fresh store; and each of its operations is made to fail once. The bytes survive both, always.
 */
describe('FsBlobStore after a crash or a failure at any step', () => {
  const slabs = new SlabPool();
  const bytes = Buffer.from('bytes that were acknowledged');
  let parent: string;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'blob-store-'));
  });
  afterEach(() => rm(parent, { recursive: true }));

  type Action = (store: FsBlobStore) => Promise<unknown>;
  const nothing: Action = async () => {};
  const commit: Action = (store) => store.commit('partial-1', 'blob-0001', '{"n":1}', bytes.byteLength);

  async function prepared(name: string, prepare: Action): Promise<string> {
    const root = join(parent, name);
    await mkdir(root);
    const store = await FsBlobStore.open({ root, slabs });
    await store.begin('partial-1');
    await store.append('partial-1', 0, chunksOf(bytes), appendOptions());
    await prepare(store);
    return root;
  }

  /** Closing is left out: it has no effect on the disk, and a process that dies closes too. */
  async function countOperations(root: string, action: Action): Promise<number> {
    let count = 0;
    let armed = false;
    const operations = watchedFileOperations(({ name }) => {
      count += armed && name !== 'close' ? 1 : 0;
    });
    const store = await FsBlobStore.open({ root, slabs, operations });
    armed = true;
    await action(store);
    return count;
  }

  async function runFailing(root: string, action: Action, fails: (n: number) => boolean): Promise<FsBlobStore> {
    let count = 0;
    let armed = false;
    const operations = watchedFileOperations(({ name }) => {
      if (armed && name !== 'close') {
        count += 1;
        if (fails(count)) {
          throw systemError('EIO');
        }
      }
    });
    const store = await FsBlobStore.open({ root, slabs, operations });
    armed = true;
    await expect(action(store)).rejects.toMatchObject({ name: 'BlobStoreError', code: 'io_failed' });
    return store;
  }

  async function expectCommitted(store: FsBlobStore, root: string): Promise<void> {
    expect((await bytesOf(store.read('blob-0001'))).equals(bytes)).toBe(true);
    expect(await store.readSidecar('blob-0001')).toBe('{"n":1}');
    expect(await readdir(join(root, 'uploads'))).toEqual([]);
    expect((await readdir(join(root, 'blobs/00/01'))).sort()).toEqual(['blob-0001', 'blob-0001.json']);
  }

  async function expectDeleted(store: FsBlobStore, root: string): Promise<void> {
    expect(await collect(store.list())).toEqual([]);
    expect(await readdir(join(root, 'blobs/00/01'))).toEqual([]);
  }

  async function expectQuarantined(store: FsBlobStore, root: string): Promise<void> {
    await expectDeleted(store, root);
    const names = await readdir(join(root, 'quarantine'));
    expect(names).toHaveLength(2);
    expect(await store.purgeQuarantine(Number.MAX_SAFE_INTEGER)).toBe(1);
  }

  describe.each([
    { name: 'commit', prepare: nothing, action: commit, check: expectCommitted },
    { name: 'a repeated commit', prepare: commit, action: commit, check: expectCommitted },
    { name: 'delete', prepare: commit, action: ((s) => s.delete('blob-0001')) as Action, check: expectDeleted },
    {
      name: 'quarantine',
      prepare: commit,
      action: ((s) => s.quarantine('blob-0001')) as Action,
      check: expectQuarantined,
    },
  ])('$name', ({ prepare, action, check }) => {
    it('is completed by a fresh store after a crash at any step', async () => {
      const steps = await countOperations(await prepared('clean', prepare), action);
      expect(steps).toBeGreaterThan(3);
      for (let done = 0; done < steps; done += 1) {
        const root = await prepared(`crash-${done}`, prepare);
        await runFailing(root, action, (n) => n > done);
        const fresh = await FsBlobStore.open({ root, slabs });
        await action(fresh);
        await check(fresh, root);
      }
    });

    it('is never reported as done when one of its steps failed, and succeeds when repeated', async () => {
      const steps = await countOperations(await prepared('clean', prepare), action);
      for (let failing = 1; failing <= steps; failing += 1) {
        const root = await prepared(`failing-${failing}`, prepare);
        const store = await runFailing(root, action, (n) => n === failing);
        await action(store);
        await check(store, root);
      }
    });
  });

  it('shows the bytes either as the partial or as the blob at every step of a commit', async () => {
    const steps = await countOperations(await prepared('clean', nothing), commit);
    for (let done = 0; done < steps; done += 1) {
      const root = await prepared(`crash-${done}`, nothing);
      await runFailing(root, commit, (n) => n > done);
      const fresh = await FsBlobStore.open({ root, slabs });
      const isBlob = (await fresh.size('blob-0001')) !== undefined;
      const stream = isBlob ? fresh.read('blob-0001') : fresh.readPartial('partial-1');
      expect((await bytesOf(stream)).equals(bytes)).toBe(true);
      // A blob is never seen without the document that explains it.
      expect(!isBlob || (await fresh.readSidecar('blob-0001')) === '{"n":1}').toBe(true);
    }
  });

  it('completes a commit of which a power cut left both names', async () => {
    const root = await prepared('both', commit);
    await mkdir(join(root, 'uploads/partial-1'));
    await link(join(root, 'blobs/00/01/blob-0001'), join(root, 'uploads/partial-1/1'));
    const fresh = await FsBlobStore.open({ root, slabs });
    await commit(fresh);
    await expectCommitted(fresh, root);
  });
});
