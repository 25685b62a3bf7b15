import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BlobStore } from './blob-store.js';
import { describeAppend } from './blob-store-append.contract.js';
import { describeWriters, type StoreInTwoProcesses } from './blob-store-writers.contract.js';
import { appendOptions, bytesOf, chunksOf, collect, patterned } from './contract-support.js';

export interface BlobStoreUnderTest extends StoreInTwoProcesses {
  dispose(): Promise<void>;
}

export interface BlobStoreSubject {
  /** An empty store. */
  make(options: { now: () => number }): Promise<BlobStoreUnderTest>;
}

/** What `BlobStore` promises, whatever lies behind it. Each implementation runs all of it. */
export function describeBlobStore(name: string, subject: BlobStoreSubject): void {
  describe(`${name} as a BlobStore`, () => {
    let clock = Date.now();
    let made: BlobStoreUnderTest;
    let store: BlobStore;

    beforeEach(async () => {
      clock = Date.now();
      made = await subject.make({ now: () => clock });
      store = made.store;
    });
    afterEach(() => made.dispose());

    async function stored(key: string, bytes: Uint8Array, sidecar = '{}'): Promise<void> {
      await store.begin(`partial-of-${key}`);
      await store.append(`partial-of-${key}`, 0, chunksOf(bytes), appendOptions());
      await store.commit(`partial-of-${key}`, key, sidecar, bytes.byteLength);
    }

    async function partialBytes(partial: string): Promise<Buffer> {
      return bytesOf(store.readPartial(partial));
    }

    describe('probe and space', () => {
      it('proves that it can be written and leaves nothing behind', async () => {
        await Promise.all([store.probe(), store.probe()]);
        expect(await collect(store.listPartials())).toEqual([]);
        expect(await collect(store.list())).toEqual([]);
      });

      it('knows its room, or says that it knows no limit', async () => {
        const space = await store.space();
        expect(space === undefined || (space.freeBytes > 0 && space.totalBytes >= space.freeBytes)).toBe(true);
      });
    });

    describe('begin', () => {
      it('makes an empty partial', async () => {
        await store.begin('partial-1');
        expect(await store.partialSize('partial-1')).toBe(0);
        expect(await partialBytes('partial-1')).toHaveLength(0);
      });

      it('leaves an existing partial as it is', async () => {
        await store.begin('partial-1');
        await store.append('partial-1', 0, chunksOf(Buffer.from('kept')), appendOptions());
        await store.begin('partial-1');
        expect((await partialBytes('partial-1')).toString()).toBe('kept');
      });
    });

    describeAppend(() => store);
    describeWriters(() => made);

    describe('readPartial and partialSize', () => {
      it('answer for a partial that grows', async () => {
        await store.begin('partial-1');
        await store.append('partial-1', 0, chunksOf(Buffer.from('0123456789')), appendOptions());
        expect(await store.partialSize('partial-1')).toBe(10);
        expect((await bytesOf(store.readPartial('partial-1', { start: 3, end: 5 }))).toString()).toBe('34');
      });

      it('refuse to give fewer bytes for all that were acknowledged', async () => {
        await store.begin('partial-1');
        await store.append('partial-1', 0, chunksOf(Buffer.from('abc')), appendOptions());
        await expect(bytesOf(store.readPartial('partial-1', { end: 4 }))).rejects.toMatchObject({ code: 'io_failed' });
        expect((await bytesOf(store.readPartial('partial-1', { end: 3 }))).toString()).toBe('abc');
      });

      it('answer for an absent partial', async () => {
        expect(await store.partialSize('partial-1')).toBeUndefined();
        await expect(bytesOf(store.readPartial('partial-1'))).rejects.toMatchObject({ code: 'not_found' });
      });
    });

    describe('commit', () => {
      it('turns a partial into a blob with a sidecar', async () => {
        const bytes = patterned(70_000);
        await stored('blob-0001', bytes, '{"name":"Журнал"}');
        expect(await store.size('blob-0001')).toBe(70_000);
        expect((await bytesOf(store.read('blob-0001'))).equals(bytes)).toBe(true);
        expect(await store.readSidecar('blob-0001')).toBe('{"name":"Журнал"}');
        expect(await store.partialSize('partial-of-blob-0001')).toBeUndefined();
        expect(await collect(store.listPartials())).toEqual([]);
      });

      it('is idempotent', async () => {
        await stored('blob-0001', Buffer.from('abc'), '{"n":1}');
        await store.commit('partial-of-blob-0001', 'blob-0001', '{"n":1}', 3);
        expect((await bytesOf(store.read('blob-0001'))).toString()).toBe('abc');
        expect(await store.readSidecar('blob-0001')).toBe('{"n":1}');
      });

      it('never puts other bytes in the place of a blob', async () => {
        await stored('blob-0001', Buffer.from('abc'), '{"n":1}');
        await store.begin('partial-2');
        await expect(store.commit('partial-2', 'blob-0001', '{"n":2}', 0)).rejects.toMatchObject({ code: 'key_taken' });
        expect((await bytesOf(store.read('blob-0001'))).toString()).toBe('abc');
        expect(await store.readSidecar('blob-0001')).toBe('{"n":1}');
        expect(await store.partialSize('partial-2')).toBe(0);
      });

      it('takes the bytes that were acknowledged, and none that a crash left behind them', async () => {
        await store.begin('partial-1');
        await store.append('partial-1', 0, chunksOf(Buffer.from('abcdef')), appendOptions());
        await store.commit('partial-1', 'blob-0001', '{}', 4);
        expect((await bytesOf(store.read('blob-0001'))).toString()).toBe('abcd');
        expect(await store.size('blob-0001')).toBe(4);
      });

      it('refuses to make a blob of fewer bytes than were acknowledged, and keeps what there is', async () => {
        await store.begin('partial-1');
        await store.append('partial-1', 0, chunksOf(Buffer.from('abc')), appendOptions());
        await expect(store.commit('partial-1', 'blob-0001', '{}', 4)).rejects.toMatchObject({ code: 'io_failed' });
        expect(await store.size('blob-0001')).toBeUndefined();
        expect((await partialBytes('partial-1')).toString()).toBe('abc');
        await store.commit('partial-1', 'blob-0001', '{}', 3);
        await expect(store.commit('partial-1', 'blob-0001', '{}', 4)).rejects.toMatchObject({ code: 'io_failed' });
      });

      it('refuses a partial that does not exist, and leaves no sidecar', async () => {
        await expect(store.commit('partial-1', 'blob-0001', '{}', 0)).rejects.toMatchObject({ code: 'not_found' });
        expect(await store.readSidecar('blob-0001')).toBeUndefined();
      });
    });

    describe('abort', () => {
      it('removes a partial, and is idempotent', async () => {
        await store.begin('partial-1');
        await store.abort('partial-1');
        await store.abort('partial-1');
        expect(await store.partialSize('partial-1')).toBeUndefined();
      });
    });

    describe('read', () => {
      it.each([
        [{}, '0123456789'],
        [{ start: 3 }, '3456789'],
        [{ end: 3 }, '012'],
        [{ start: 3, end: 4 }, '3'],
        [{ start: 3, end: 3 }, ''],
        [{ start: 5, end: 2 }, ''],
        [{ start: 10 }, ''],
        [{ start: 8, end: 99 }, '89'],
        [{ start: 99 }, ''],
      ])('gives the range %j', async (range, expected) => {
        await stored('blob-0001', Buffer.from('0123456789'));
        expect((await bytesOf(store.read('blob-0001', range))).toString()).toBe(expected);
      });

      it('gives the same bytes as the whole has there, for any range', async () => {
        const bytes = patterned(600_000);
        await stored('blob-0001', bytes);
        await fc.assert(
          fc.asyncProperty(fc.nat(650_000), fc.nat(650_000), async (start, end) => {
            const read = await bytesOf(store.read('blob-0001', { start, end }));
            expect(read.equals(bytes.subarray(start, Math.max(start, end)))).toBe(true);
          }),
          { numRuns: 30 },
        );
      });

      it('refuses positions that are none', async () => {
        expect(() => store.read('blob-0001', { start: -1 })).toThrow(RangeError);
        expect(() => store.readPartial('partial-1', { end: 0.5 })).toThrow(RangeError);
      });

      it('fails for an absent blob', async () => {
        await expect(bytesOf(store.read('blob-0001'))).rejects.toMatchObject({ code: 'not_found' });
        expect(await store.size('blob-0001')).toBeUndefined();
        expect(await store.readSidecar('blob-0001')).toBeUndefined();
      });

      it('can be stopped early', async () => {
        await stored('blob-0001', patterned(2_000_000));
        for await (const chunk of store.read('blob-0001')) {
          expect(chunk.length).toBeGreaterThan(0);
          break;
        }
        store.read('blob-0001').destroy();
      });
    });

    describe('delete', () => {
      it('removes a blob and its sidecar, and is idempotent', async () => {
        await stored('blob-0001', Buffer.from('abc'));
        await store.delete('blob-0001');
        await store.delete('blob-0001');
        expect(await store.size('blob-0001')).toBeUndefined();
        expect(await store.readSidecar('blob-0001')).toBeUndefined();
        expect(await collect(store.list())).toEqual([]);
      });
    });

    describe('quarantine', () => {
      it('puts a blob and its sidecar out of sight, and is idempotent', async () => {
        await stored('blob-0001', Buffer.from('abc'));
        await store.quarantine('blob-0001');
        await store.quarantine('blob-0001');
        expect(await store.size('blob-0001')).toBeUndefined();
        expect(await store.readSidecar('blob-0001')).toBeUndefined();
        expect(await collect(store.list())).toEqual([]);
      });

      it('purges what was moved there before the given time, and nothing else', async () => {
        await stored('blob-0001', Buffer.from('old'));
        await stored('blob-0002', Buffer.from('young'));
        await stored('blob-0003', Buffer.from('in use'));
        clock = 1_000;
        await store.quarantine('blob-0001');
        clock = 2_000;
        await store.quarantine('blob-0002');
        expect(await store.purgeQuarantine(1_000)).toBe(0);
        expect(await store.purgeQuarantine(2_000)).toBe(1);
        expect(await store.purgeQuarantine(2_000)).toBe(0);
        expect(await store.purgeQuarantine(2_001)).toBe(1);
        expect(await store.size('blob-0003')).toBe(6);
      });

      it('leaves the key free', async () => {
        await stored('blob-0001', Buffer.from('old'));
        await store.quarantine('blob-0001');
        await stored('blob-0001', Buffer.from('new'));
        expect((await bytesOf(store.read('blob-0001'))).toString()).toBe('new');
      });
    });

    describe('listing', () => {
      it('shows every blob with its size and the time of its commit', async () => {
        await store.begin('partial-1');
        await store.append('partial-1', 0, chunksOf(Buffer.from('abc')), appendOptions());
        clock = 1_700_000_000_000;
        await store.commit('partial-1', 'blob-0001', '{}', 3);
        clock = 1_800_000_000_000;
        await stored('blob-0002', Buffer.from('de'));
        const listed = await collect(store.list());
        expect(listed.sort((a, b) => a.key.localeCompare(b.key))).toEqual([
          { key: 'blob-0001', sizeBytes: 3, modifiedAt: 1_700_000_000_000 },
          { key: 'blob-0002', sizeBytes: 2, modifiedAt: 1_800_000_000_000 },
        ]);
      });

      it('shows every partial with the time of its last change', async () => {
        await store.begin('partial-1');
        await store.begin('partial-2');
        const listed = await collect(store.listPartials());
        expect(listed.map(({ key }) => key).sort()).toEqual(['partial-1', 'partial-2']);
        for (const { changedAt } of listed) {
          expect(Math.abs(((await changedAt()) ?? 0) - Date.now())).toBeLessThan(60_000);
        }
        await store.abort('partial-1');
        expect(await listed.find(({ key }) => key === 'partial-1')?.changedAt()).toBeUndefined();
      });
    });

    describe('keys', () => {
      const tricks = [
        '',
        'abc',
        '../x',
        '..',
        './ab',
        'a/bcd',
        'a\\bcd',
        'ab\0cd',
        'ABCD',
        'abcd.json',
        'абвг',
        'abcd\n',
      ];
      it.each([...tricks, 'a'.repeat(129)])('refuses %j everywhere', async (bad) => {
        const options = appendOptions();
        await stored('good-key', Buffer.from('abc'));
        for (const call of [
          () => store.begin(bad),
          () => store.append(bad, 0, chunksOf(Buffer.from('x')), options),
          () => store.partialSize(bad),
          () => store.commit(bad, 'good-key', '{}', 0),
          () => store.commit('partial-of-good-key', bad, '{}', 0),
          () => store.abort(bad),
          () => store.size(bad),
          () => store.readSidecar(bad),
          () => store.delete(bad),
          () => store.quarantine(bad),
        ]) {
          await expect(call()).rejects.toMatchObject({ code: 'invalid_key' });
        }
        expect(() => store.read(bad)).toThrow(expect.objectContaining({ code: 'invalid_key' }));
        expect(() => store.readPartial(bad)).toThrow(expect.objectContaining({ code: 'invalid_key' }));
        expect((await bytesOf(store.read('good-key'))).toString()).toBe('abc');
      });

      it('may be as long as 128 characters and may consist of dashes', async () => {
        await stored('z'.repeat(115), Buffer.from('a'));
        await stored('----', Buffer.from('b'));
        expect((await collect(store.list())).map(({ key }) => key.length).sort()).toEqual([115, 4]);
      });
    });
  });
}
