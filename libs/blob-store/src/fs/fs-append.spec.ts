import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendOptions, chunksOf, hexOf, ManualSource, patterned, until } from '../contract-support.js';
import { DigestPool } from '../digest-pool.js';
import { SlabPool } from '../slab-pool.js';
import { FsBlobStore, type FsBlobStoreOptions } from './fs-blob-store.js';
import { DURABLE_STEP_BYTES } from './partial-writer.js';
import { type FileCall, systemError, watchedFileOperations } from './watched-file-operations.js';

describe('FsBlobStore.append', () => {
  let root: string;
  let slabs: SlabPool;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'blob-store-'));
    slabs = new SlabPool();
  });
  afterEach(async () => {
    // Whatever went wrong, no slab was lost on the way.
    await until(() => slabs.usage.free === slabs.usage.made);
    await rm(root, { recursive: true });
  });

  async function storeWith(
    before: (call: FileCall) => unknown,
    options: Partial<FsBlobStoreOptions> = {},
  ): Promise<FsBlobStore> {
    const store = await FsBlobStore.open({ root, slabs, operations: watchedFileOperations(before), ...options });
    await store.begin('partial-1');
    return store;
  }

  /** The one file of a partial, whatever it is called at the moment. */
  async function kept(partial = 'partial-1'): Promise<Buffer> {
    const [name = ''] = await readdir(join(root, 'uploads', partial));
    return readFile(join(root, 'uploads', partial, name));
  }

  function steps(count: number): AsyncIterable<Uint8Array> {
    return chunksOf(Buffer.alloc(count * DURABLE_STEP_BYTES), [1024 * 1024]);
  }

  it('tells an offset only after the flush that covers it, and goes on writing during the flush', async () => {
    let flushes = 0;
    let written = 0;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const store = await storeWith(async ({ name, args }) => {
      if (name === 'write') {
        written += Number(args[3]);
      }
      if (name === 'fdatasync') {
        flushes += 1;
        await gate;
      }
    });
    const offsets: number[] = [];
    const appending = store.append('partial-1', 0, steps(3), appendOptions({ onDurable: (o) => offsets.push(o) }));
    await until(() => written === 3 * DURABLE_STEP_BYTES);
    expect(flushes).toBe(1);
    expect(offsets).toEqual([]);
    release();
    expect(await appending).toEqual({ offset: 3 * DURABLE_STEP_BYTES });
    // The first flush promises no more than what was written when it began.
    expect(offsets).toEqual([DURABLE_STEP_BYTES, 3 * DURABLE_STEP_BYTES]);
  });

  it('flushes what was written during a flush right after it, although nothing more arrives', async () => {
    let written = 0;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const store = await storeWith(async ({ name, args }) => {
      written += name === 'write' ? Number(args[3]) : 0;
      if (name === 'fdatasync') {
        await gate;
      }
    });
    const source = new ManualSource();
    const offsets: number[] = [];
    const appending = store.append('partial-1', 0, source, appendOptions({ onDurable: (o) => offsets.push(o) }));
    source.push(Buffer.alloc(2 * DURABLE_STEP_BYTES));
    await until(() => written === 2 * DURABLE_STEP_BYTES);
    release();
    await until(() => offsets.length === 2);
    source.end();
    await appending;
    expect(offsets).toEqual([DURABLE_STEP_BYTES, 2 * DURABLE_STEP_BYTES]);
  });

  it('flushes for no more uploads at a time than it may, and lets the next one in also after a failure', async () => {
    let running = 0;
    let most = 0;
    let flushes = 0;
    const store = await storeWith(
      async ({ name }) => {
        if (name === 'fdatasync') {
          running += 1;
          most = Math.max(most, running);
          // The first ones wait for as many as there may be, however late those come.
          await until(() => most >= 3);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running -= 1;
          flushes += 1;
          if (flushes % 3 === 0) {
            throw systemError('EIO');
          }
        }
      },
      { parallelFlushes: 3 },
    );
    const results = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        await store.begin(`upload-${i}`);
        return store.append(`upload-${i}`, 0, chunksOf(Buffer.from('abc')), appendOptions());
      }),
    );
    expect(most).toBe(3);
    expect(results.filter(({ interrupted }) => interrupted?.reason === 'io_failed')).toHaveLength(4);
    expect(results.filter(({ offset }) => offset === 3)).toHaveLength(8);
  });

  it('stops taking bytes in when the device cannot keep up', async () => {
    let written = 0;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const store = await storeWith(async ({ name, args }) => {
      written += name === 'write' ? Number(args[3]) : 0;
      if (name === 'fdatasync') {
        await gate;
      }
    });
    const appending = store.append('partial-1', 0, steps(7), appendOptions());
    await until(() => written === 4 * DURABLE_STEP_BYTES);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(written).toBe(4 * DURABLE_STEP_BYTES);
    release();
    expect(await appending).toEqual({ offset: 7 * DURABLE_STEP_BYTES });
  });

  it('makes a slow upload durable after an interval, although the step is not full', async () => {
    const store = await storeWith(() => {}, { durableIntervalMs: 20 });
    const source = new ManualSource();
    const offsets: number[] = [];
    const appending = store.append('partial-1', 0, source, appendOptions({ onDurable: (o) => offsets.push(o) }));
    source.push(Buffer.from('abc'));
    await until(() => offsets.length === 1);
    expect((await kept()).toString()).toBe('abc');
    source.push(Buffer.from('de'));
    await until(() => offsets.length === 2);
    source.end();
    expect(await appending).toEqual({ offset: 5 });
    expect(offsets).toEqual([3, 5]);
  });

  it('flushes nothing where nothing was written', async () => {
    const names: string[] = [];
    const store = await storeWith(({ name }) => names.push(name), { durableIntervalMs: 5 });
    const source = new ManualSource();
    const appending = store.append('partial-1', 0, source, appendOptions());
    setTimeout(() => source.end(), 30);
    await appending;
    expect(names).not.toContain('fdatasync');
  });

  it.each(['EIO', 'EDQUOT', 'ENOSPC'])('never repeats a flush that failed with %s, nor counts on it', async (code) => {
    let flushes = 0;
    const cause = systemError(code);
    const store = await storeWith(({ name }) => {
      if (name === 'fdatasync') {
        flushes += 1;
        if (flushes === 2) {
          throw cause;
        }
      }
    });
    const offsets: number[] = [];
    const result = await store.append('partial-1', 0, steps(4), appendOptions({ onDurable: (o) => offsets.push(o) }));
    expect(result).toEqual({
      offset: DURABLE_STEP_BYTES,
      interrupted: { reason: code === 'EIO' ? 'io_failed' : 'no_space', cause },
    });
    expect(flushes).toBe(2);
    expect(offsets).toEqual([DURABLE_STEP_BYTES]);
    // What the failed flush left in doubt is cut and written anew.
    const rest = store.append('partial-1', DURABLE_STEP_BYTES, chunksOf(Buffer.from('again')), appendOptions());
    expect(await rest).toEqual({ offset: DURABLE_STEP_BYTES + 5 });
    expect((await kept()).subarray(DURABLE_STEP_BYTES).toString()).toBe('again');
  });

  it('keeps nothing where the only flush fails', async () => {
    const store = await storeWith(({ name }) => {
      if (name === 'fdatasync') {
        throw systemError('EIO');
      }
    });
    const result = await store.append('partial-1', 0, chunksOf(Buffer.from('abc')), appendOptions());
    expect(result).toMatchObject({ offset: 0, interrupted: { reason: 'io_failed' } });
  });

  it.each([
    ['ENOSPC', 'no_space'],
    ['EDQUOT', 'no_space'],
    ['EIO', 'io_failed'],
    ['EROFS', 'io_failed'],
  ])('keeps what was written before %s and says %s', async (code, reason) => {
    let writes = 0;
    const cause = systemError(code);
    const store = await storeWith(({ name }) => {
      if (name === 'write') {
        writes += 1;
        if (writes === 3) {
          throw cause;
        }
      }
    });
    const bytes = patterned(4 * 1024 * 1024);
    const result = await store.append('partial-1', 0, chunksOf(bytes), appendOptions());
    expect(result).toEqual({ offset: 2 * 1024 * 1024, interrupted: { reason, cause } });
    expect((await kept()).equals(bytes.subarray(0, result.offset))).toBe(true);
    const rest = store.append('partial-1', result.offset, chunksOf(bytes.subarray(result.offset)), appendOptions());
    expect(await rest).toEqual({ offset: bytes.byteLength });
    expect((await kept()).equals(bytes)).toBe(true);
  });

  it('ends at once when the disk fails while the source is silent', async () => {
    const store = await storeWith(
      ({ name }) => {
        if (name === 'write') {
          throw systemError('EIO');
        }
      },
      { durableIntervalMs: 10 },
    );
    const source = new ManualSource();
    source.push(Buffer.from('abc'));
    expect(await store.append('partial-1', 0, source, appendOptions())).toMatchObject({
      offset: 0,
      interrupted: { reason: 'io_failed' },
    });
    expect(source.returned).toBe(1);
  });

  it.each([
    ['EROFS', 'read_only'],
    ['EMFILE', 'io_failed'],
  ])('rejects with what is wrong where the partial cannot be opened: %s', async (code, expected) => {
    let begun = false;
    const cause = systemError(code);
    const store = await storeWith(({ name }) => {
      if (begun && name === 'open') {
        throw cause;
      }
    });
    begun = true;
    await expect(store.append('partial-1', 0, chunksOf(Buffer.from('x')), appendOptions())).rejects.toMatchObject({
      code: expected,
      cause,
    });
  });

  it('closes its file, however it ends', async () => {
    let open = 0;
    const store = await storeWith(({ name, path }) => {
      if (path.includes('uploads/partial-1/')) {
        open += name === 'open' ? 1 : name === 'close' ? -1 : 0;
      }
    });
    await store.append('partial-1', 0, chunksOf(Buffer.from('abc')), appendOptions());
    await store.append('partial-1', 0, chunksOf(Buffer.from('abc')), appendOptions({ maxBytes: 1 }));
    await expect(store.append('partial-1', 9, chunksOf(Buffer.from('x')), appendOptions())).rejects.toThrow();
    expect(open).toBe(0);
  });

  it('lets 200 slow uploads share 24 slabs, each with its own bytes and digest', async () => {
    const store = await storeWith(() => {});
    const digests = new DigestPool();
    const uploads = Array.from({ length: 200 }, (_, i) => ({ partial: `slow-${i}`, bytes: patterned(20_000 + i, i) }));
    async function* slowly(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunksOf(bytes, [4_000])) {
        yield chunk;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    await Promise.all(
      uploads.map(async ({ partial, bytes }) => {
        await store.begin(partial);
        const digest = digests.create('sha256');
        const result = await store.append(partial, 0, slowly(bytes), appendOptions({ digests: [digest] }));
        expect(result).toEqual({ offset: bytes.byteLength });
        expect(await digest.finish()).toBe(hexOf('sha256', bytes));
        expect((await kept(partial)).equals(bytes)).toBe(true);
      }),
    );
    expect(slabs.usage).toEqual({ made: 24, free: 24 });
  });

  it('serves an upload while as many silent ones as there are slabs each have part of a slab', async () => {
    const store = await storeWith(() => {});
    const silent = Array.from({ length: 24 }, () => new ManualSource());
    const waiting = silent.map(async (source, i) => {
      await store.begin(`silent-${i}`);
      source.push(Buffer.from('x'));
      return store.append(`silent-${i}`, 0, source, appendOptions());
    });
    await until(() => slabs.usage.made === 24 && silent.every(({ pulls }) => pulls === 2));
    expect(slabs.usage.free).toBe(0);
    const bytes = patterned(3 * 1024 * 1024);
    expect(await store.append('partial-1', 0, chunksOf(bytes), appendOptions())).toEqual({ offset: bytes.byteLength });
    for (const source of silent) {
      source.end();
    }
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 24 }, () => ({ offset: 1 })));
  });
});
