import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BlobStore } from './blob-store.js';
import {
  appendOptions,
  bytesOf,
  chunksOf,
  failingAfter,
  hexOf,
  ManualSource,
  patterned,
  until,
} from './contract-support.js';
import { DigestPool } from './digest-pool.js';

/** The part of the contract that is about taking bytes in. @param current gives the running test's own empty store. */
export function describeAppend(current: () => BlobStore): void {
  const digests = new DigestPool();
  let store: BlobStore;

  beforeEach(() => {
    store = current();
  });

  async function partialBytes(partial: string): Promise<Buffer> {
    return bytesOf(store.readPartial(partial));
  }

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
        setTimeout(() => controller.abort(), 20);
        await new Promise(() => {});
      })();
      expect(await store.append('partial-1', 0, source, appendOptions({ signal: controller.signal }))).toMatchObject({
        offset: 1,
        interrupted: { reason: 'aborted' },
      });
    });

    it('says aborted, not source_failed, when the abort is what broke the source', async () => {
      const controller = new AbortController();
      const source = (async function* () {
        yield Buffer.from('a');
        controller.abort();
        throw new Error('destroyed');
      })();
      expect(await store.append('partial-1', 0, source, appendOptions({ signal: controller.signal }))).toMatchObject({
        offset: 1,
        interrupted: { reason: 'aborted' },
      });
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
      const half = () => chunksOf(Buffer.alloc(20 * 1024 * 1024), [1024 * 1024]);
      async function* inTwo() {
        yield* half();
        // Parts under way at the same time may end in any order, and are told of together.
        await until(() => offsets.length > 0);
        yield* half();
      }
      const result = await store.append(
        'partial-1',
        0,
        inTwo(),
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
}
