import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BlobStore } from './blob-store.js';
import { appendOptions, bytesOf, chunksOf, ManualSource, patterned, until } from './contract-support.js';

/** One place as two processes have it. */
export interface StoreInTwoProcesses {
  store: BlobStore;
  elsewhere: BlobStore;
}

/** The part of the contract that is about writers in several processes. @param current gives the running test's own. */
export function describeWriters(current: () => StoreInTwoProcesses): void {
  let store: BlobStore;
  let elsewhere: BlobStore;

  const from = (text: string) => chunksOf(Buffer.from(text));

  describe('writers of one partial', () => {
    beforeEach(async () => {
      ({ store, elsewhere } = current());
      await store.begin('partial-1');
    });

    it('go on at any offset one after the other, in whichever process', async () => {
      const writers = [store, elsewhere, elsewhere, store];
      let offset = 0;
      for (const [index, writer] of writers.entries()) {
        const result = await writer.append('partial-1', offset, from(`${index},`), appendOptions({ epoch: index + 1 }));
        expect(result).toEqual({ offset: offset + 2 });
        offset = result.offset;
      }
      expect((await bytesOf(store.readPartial('partial-1'))).toString()).toBe('0,1,2,3,');
    });

    it('refuse whoever comes with an earlier turn than one that has come', async () => {
      await elsewhere.append('partial-1', 0, from('later'), appendOptions({ epoch: 7 }));
      const source = new ManualSource();
      await expect(store.append('partial-1', 0, source, appendOptions({ epoch: 6 }))).rejects.toMatchObject({
        code: 'superseded',
      });
      expect(source.pulls).toBe(0);
      expect((await bytesOf(store.readPartial('partial-1'))).toString()).toBe('later');
    });

    it.each([0, 4])(
      'keep what the later one stores from %i on, whatever the earlier one still writes',
      async (offset) => {
        await store.append('partial-1', 0, from('0123'), appendOptions());
        const source = new ManualSource();
        const earlier = store.append('partial-1', offset, source, appendOptions({ epoch: 2 }));
        source.push(Buffer.from('from before'));
        await until(() => source.pulls === 2);
        const bytes = patterned(3_000, offset);
        const later = await elsewhere.append('partial-1', offset, chunksOf(bytes), appendOptions({ epoch: 3 }));
        expect(later).toEqual({ offset: offset + bytes.length });
        source.push(patterned(10_000, 9));
        source.end();
        await earlier;
        const expected = Buffer.concat([Buffer.from('0123').subarray(0, offset), bytes]);
        const range = { end: expected.length };
        expect((await bytesOf(elsewhere.readPartial('partial-1', range))).equals(expected)).toBe(true);
        await elsewhere.commit('partial-1', 'blob-0001', '{}', expected.length);
        expect((await bytesOf(store.read('blob-0001'))).equals(expected)).toBe(true);
      },
    );

    it('change nothing of a blob that was made while they stood still', async () => {
      const source = new ManualSource();
      const earlier = store.append('partial-1', 0, source, appendOptions({ epoch: 1 }));
      source.push(Buffer.from('from before'));
      await until(() => source.pulls === 2);
      await elsewhere.append('partial-1', 0, from('kept'), appendOptions({ epoch: 2 }));
      await elsewhere.commit('partial-1', 'blob-0001', '{}', 4);
      source.push(Buffer.from(' and after'));
      source.end();
      await earlier;
      expect((await bytesOf(store.read('blob-0001'))).toString()).toBe('kept');
      expect(await store.partialSize('partial-1')).toBeUndefined();
    });
  });
}
