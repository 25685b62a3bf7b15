import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BlobStore } from './blob-store.js';
import {
  appendOptions,
  bytesOf,
  chunksOf,
  collect,
  failingAfter,
  hexOf,
  ManualSource,
  patterned,
  until,
} from './contract-support.js';
import { DigestPool } from './digest-pool.js';

export interface BlobStoreUnderTest {
  store: BlobStore;
  dispose(): Promise<void>;
}

export interface BlobStoreSubject {
  /** An empty store. */
  make(options: { now: () => number }): Promise<BlobStoreUnderTest>;
}

/** What `BlobStore` promises, whatever lies behind it. Each implementation runs all of it. */
export function describeBlobStore(name: string, subject: BlobStoreSubject): void {
  describe(`${name} as a BlobStore`, () => {
    const digests = new DigestPool();
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
      await store.commit(`partial-of-${key}`, key, sidecar);
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

    describe('append', () => {
      beforeEach(() => store.begin('partial-1'));

      it('keeps every byte, over many slabs and with a last one that is partly filled', async () => {
        const bytes = patterned(5 * 1024 * 1024 + 123);
        const result = await store.append('partial-1', 0, chunksOf(bytes, [65_536, 1, 1_500_000]), appendOptions());
        expect(result).toEqual({ offset: bytes.byteLength });
        expect((await partialBytes('partial-1')).equals(bytes)).toBe(true);
      });

      it('takes an empty source, and empty chunks', async () => {
        expect(await store.append('partial-1', 0, chunksOf(Buffer.alloc(0)), appendOptions())).toEqual({ offset: 0 });
        const source = new ManualSource();
        for (const text of ['', 'a', '', 'b', '']) {
          source.push(Buffer.from(text));
        }
        source.end();
        expect(await store.append('partial-1', 0, source, appendOptions())).toEqual({ offset: 2 });
      });

      it('goes on at an offset', async () => {
        await store.append('partial-1', 0, chunksOf(Buffer.from('first,')), appendOptions());
        const result = await store.append('partial-1', 6, chunksOf(Buffer.from('second')), appendOptions());
        expect(result).toEqual({ offset: 12 });
        expect((await partialBytes('partial-1')).toString()).toBe('first,second');
      });

      it('cuts bytes beyond the offset, also when nothing follows', async () => {
        await store.append('partial-1', 0, chunksOf(Buffer.from('0123456789')), appendOptions());
        await store.append('partial-1', 4, chunksOf(Buffer.from('xy')), appendOptions());
        expect((await partialBytes('partial-1')).toString()).toBe('0123xy');
        await store.append('partial-1', 2, chunksOf(Buffer.alloc(0)), appendOptions());
        expect((await partialBytes('partial-1')).toString()).toBe('01');
      });

      it('refuses an offset beyond the end and leaves the source and the bytes alone', async () => {
        await store.append('partial-1', 0, chunksOf(Buffer.from('abc')), appendOptions());
        const source = new ManualSource();
        for (const offset of [4, -1, 1.5, Number.NaN]) {
          await expect(store.append('partial-1', offset, source, appendOptions())).rejects.toMatchObject({
            code: 'offset_beyond_end',
          });
        }
        expect(source.pulls).toBe(0);
        expect((await partialBytes('partial-1')).toString()).toBe('abc');
      });

      it('refuses a partial that was never begun', async () => {
        await expect(store.append('partial-2', 0, chunksOf(Buffer.from('x')), appendOptions())).rejects.toMatchObject({
          code: 'not_found',
        });
        expect(await store.partialSize('partial-2')).toBeUndefined();
      });

      it('keeps what arrived when the source fails, with the reason', async () => {
        const error = new Error('connection reset');
        const result = await store.append('partial-1', 0, failingAfter(Buffer.from('abc'), error), appendOptions());
        expect(result).toEqual({ offset: 3, interrupted: { reason: 'source_failed', cause: error } });
        expect((await partialBytes('partial-1')).toString()).toBe('abc');
      });

      it('takes a source that gives no bytes at all for a failed one', async () => {
        const texts = (async function* () {
          yield 'text';
        })() as unknown as AsyncIterable<Uint8Array>;
        const result = await store.append('partial-1', 0, texts, appendOptions());
        expect(result).toMatchObject({ offset: 0, interrupted: { reason: 'source_failed' } });
      });

      it('keeps what arrived when it is aborted, without waiting for a chunk that never comes', async () => {
        const controller = new AbortController();
        const source = new ManualSource();
        const appending = store.append('partial-1', 0, source, appendOptions({ signal: controller.signal }));
        source.push(Buffer.from('arrived'));
        await until(() => source.pulls === 2);
        const reason = new Error('shutting down');
        controller.abort(reason);
        expect(await appending).toEqual({ offset: 7, interrupted: { reason: 'aborted', cause: reason } });
        expect((await partialBytes('partial-1')).toString()).toBe('arrived');
        expect(source.returned).toBe(1);
      });

      it('is not held up by a generator that waits for ever', async () => {
        const controller = new AbortController();
        const source = (async function* () {
          yield Buffer.from('a');
          await new Promise(() => {});
        })();
        const appending = store.append('partial-1', 0, source, appendOptions({ signal: controller.signal }));
        setTimeout(() => controller.abort(), 20);
        expect(await appending).toMatchObject({ offset: 1, interrupted: { reason: 'aborted' } });
      });

      it('says aborted, not source_failed, when the abort is what broke the source', async () => {
        const controller = new AbortController();
        const source = (async function* () {
          yield Buffer.from('a');
          controller.abort();
          throw new Error('destroyed');
        })();
        expect(
          await store.append('partial-1', 0, source, appendOptions({ signal: controller.signal })),
        ).toMatchObject({ offset: 1, interrupted: { reason: 'aborted' } });
      });

      it('takes nothing when it was aborted before it began', async () => {
        const source = new ManualSource();
        const result = await store.append('partial-1', 0, source, appendOptions({ signal: AbortSignal.abort() }));
        expect(result).toMatchObject({ offset: 0, interrupted: { reason: 'aborted' } });
        expect(source.pulls).toBe(0);
      });

      it('takes exactly maxBytes, and the byte after them ends it', async () => {
        const bytes = patterned(1000);
        const within = await store.append('partial-1', 0, chunksOf(bytes, [300]), appendOptions({ maxBytes: 1000 }));
        expect(within).toEqual({ offset: 1000 });
        const beyond = await store.append('partial-1', 0, chunksOf(bytes, [300]), appendOptions({ maxBytes: 999 }));
        expect(beyond).toEqual({ offset: 999, interrupted: { reason: 'limit_exceeded' } });
        expect((await partialBytes('partial-1')).equals(bytes.subarray(0, 999))).toBe(true);
        const none = await store.append('partial-1', 0, chunksOf(bytes), appendOptions({ maxBytes: 0 }));
        expect(none).toEqual({ offset: 0, interrupted: { reason: 'limit_exceeded' } });
      });

      it('counts maxBytes from the offset', async () => {
        await store.append('partial-1', 0, chunksOf(Buffer.from('abc')), appendOptions());
        const result = await store.append('partial-1', 3, chunksOf(Buffer.from('defg')), appendOptions({ maxBytes: 2 }));
        expect(result).toEqual({ offset: 5, interrupted: { reason: 'limit_exceeded' } });
      });

      it('closes a source that it does not read to its end', async () => {
        const source = new ManualSource();
        source.push(Buffer.from('too much'));
        await store.append('partial-1', 0, source, appendOptions({ maxBytes: 1 }));
        expect(source.returned).toBe(1);
      });

      it('copies a chunk before it asks for the next, so that the source may reuse its buffer', async () => {
        const source = (async function* () {
          const buffer = Buffer.alloc(3);
          for (const text of ['abc', 'def', 'ghi']) {
            buffer.write(text);
            yield buffer;
          }
        })();
        await store.append('partial-1', 0, source, appendOptions());
        expect((await partialBytes('partial-1')).toString()).toBe('abcdefghi');
      });

      it('pulls no further than it has room for', async () => {
        const source = new ManualSource();
        source.push(Buffer.from('ab'));
        const appending = store.append('partial-1', 0, source, appendOptions());
        await until(() => source.pulls === 2);
        source.end();
        await appending;
        expect(source.pulls).toBe(2);
      });

      it('tells durable offsets in ascending order, the last one being the result', async () => {
        const offsets: number[] = [];
        const result = await store.append(
          'partial-1',
          0,
          chunksOf(Buffer.alloc(40 * 1024 * 1024), [1024 * 1024]),
          appendOptions({ onDurable: (offset) => offsets.push(offset) }),
        );
        expect(offsets.length).toBeGreaterThan(1);
        expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
        expect(offsets.at(-1)).toBe(result.offset);
      });

      it('ends with io_failed when the caller’s own callback throws, and keeps the bytes', async () => {
        const error = new Error('caller');
        const result = await store.append(
          'partial-1',
          0,
          chunksOf(Buffer.from('abc')),
          appendOptions({
            onDurable: () => {
              throw error;
            },
          }),
        );
        expect(result).toEqual({ offset: 3, interrupted: { reason: 'io_failed', cause: error } });
      });

      it('keeps bytes and digests right over random chunkings, cuts and resumptions', async () => {
        let run = 0;
        await fc.assert(
          fc.asyncProperty(
            fc.uint8Array({ maxLength: 4000 }),
            fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 }),
            fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
            async (bytes, sizes, stops) => {
              const partial = `random-${run++}`;
              await store.begin(partial);
              const digest = digests.create('sha256');
              const cuts = [...stops.map((stop) => Math.floor(stop * bytes.byteLength)), bytes.byteLength];
              let offset = 0;
              for (const cut of cuts.sort((a, b) => a - b)) {
                const result = await store.append(
                  partial,
                  offset,
                  chunksOf(bytes.subarray(offset), sizes),
                  appendOptions({ maxBytes: cut - offset, digests: [digest] }),
                );
                expect(result.offset).toBe(cut);
                offset = result.offset;
              }
              expect(digest.bytes).toBe(bytes.byteLength);
              expect((await partialBytes(partial)).equals(bytes)).toBe(true);
              expect(await digest.finish()).toBe(hexOf('sha256', bytes));
              await store.abort(partial);
            },
          ),
          { numRuns: 60 },
        );
      });
    });

    describe('digests', () => {
      beforeEach(() => store.begin('partial-1'));

      it('equal those of the bytes that are kept, for several at once', async () => {
        const bytes = patterned(3 * 1024 * 1024 + 7);
        const both = [digests.create('sha256'), digests.create('sha1')] as const;
        await store.append('partial-1', 0, chunksOf(bytes, [50_000]), appendOptions({ digests: both }));
        expect(both.map((digest) => digest.bytes)).toEqual([bytes.byteLength, bytes.byteLength]);
        expect(await both[0].finish()).toBe(hexOf('sha256', bytes));
        expect(await both[1].finish()).toBe(hexOf('sha1', bytes));
      });

      it('are not fed with bytes beyond the limit', async () => {
        const digest = digests.create('sha256');
        const options = appendOptions({ maxBytes: 2, digests: [digest] });
        await store.append('partial-1', 0, chunksOf(Buffer.from('abc')), options);
        expect(digest.bytes).toBe(2);
        expect(await digest.finish()).toBe(hexOf('sha256', Buffer.from('ab')));
      });

      it('can be continued, and gone back to with a fork when a chunk was wrong', async () => {
        const digest = digests.create('sha256');
        await store.append('partial-1', 0, chunksOf(Buffer.from('good')), appendOptions({ digests: [digest] }));
        const before = await digest.fork();
        await store.append('partial-1', 4, chunksOf(Buffer.from('BAD')), appendOptions({ digests: [digest] }));
        digest.dispose();
        await store.append('partial-1', 4, chunksOf(Buffer.from('bye')), appendOptions({ digests: [before] }));
        expect(before.bytes).toBe(7);
        expect(await before.finish()).toBe(hexOf('sha256', Buffer.from('goodbye')));
      });

      it('that are broken cost no byte', async () => {
        const digest = digests.create('sha256');
        digest.dispose();
        const options = appendOptions({ digests: [digest] });
        expect(await store.append('partial-1', 0, chunksOf(Buffer.from('abc')), options)).toEqual({ offset: 3 });
      });
    });

    describe('readPartial and partialSize', () => {
      it('answer for a partial that grows', async () => {
        await store.begin('partial-1');
        await store.append('partial-1', 0, chunksOf(Buffer.from('0123456789')), appendOptions());
        expect(await store.partialSize('partial-1')).toBe(10);
        expect((await bytesOf(store.readPartial('partial-1', { start: 3, end: 5 }))).toString()).toBe('34');
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
        await store.commit('partial-of-blob-0001', 'blob-0001', '{"n":1}');
        expect((await bytesOf(store.read('blob-0001'))).toString()).toBe('abc');
        expect(await store.readSidecar('blob-0001')).toBe('{"n":1}');
      });

      it('never puts other bytes in the place of a blob', async () => {
        await stored('blob-0001', Buffer.from('abc'), '{"n":1}');
        await store.begin('partial-2');
        await expect(store.commit('partial-2', 'blob-0001', '{"n":2}')).rejects.toMatchObject({ code: 'key_taken' });
        expect((await bytesOf(store.read('blob-0001'))).toString()).toBe('abc');
        expect(await store.readSidecar('blob-0001')).toBe('{"n":1}');
        expect(await store.partialSize('partial-2')).toBe(0);
      });

      it('refuses a partial that does not exist, and leaves no sidecar', async () => {
        await expect(store.commit('partial-1', 'blob-0001', '{}')).rejects.toMatchObject({ code: 'not_found' });
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
        await store.commit('partial-1', 'blob-0001', '{}');
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
        for (const { modifiedAt } of listed) {
          expect(Math.abs(modifiedAt - Date.now())).toBeLessThan(60_000);
        }
      });
    });

    describe('keys', () => {
      const tricks = ['', 'abc', '../x', '..', './ab', 'a/bcd', 'a\\bcd', 'ab\0cd', 'ABCD', 'abcd.json', 'абвг', 'abcd\n'];
      it.each([...tricks, 'a'.repeat(129)])('refuses %j everywhere', async (bad) => {
        const options = appendOptions();
        await stored('good-key', Buffer.from('abc'));
        for (const call of [
          () => store.begin(bad),
          () => store.append(bad, 0, chunksOf(Buffer.from('x')), options),
          () => store.partialSize(bad),
          () => store.commit(bad, 'good-key', '{}'),
          () => store.commit('partial-of-good-key', bad, '{}'),
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
