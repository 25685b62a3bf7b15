import { describe, expect, it } from '@jest/globals';
import { describeBlobStore } from '../blob-store.contract.js';
import { appendOptions, chunksOf } from '../contract-support.js';
import { MemoryBlobStore } from './memory-blob-store.js';

describeBlobStore('MemoryBlobStore', {
  async make({ now }) {
    const store = new MemoryBlobStore({ now });
    return { store, elsewhere: store, dispose: async () => {} };
  },
});

describe('MemoryBlobStore with a capacity', () => {
  it('keeps what fits and says no_space', async () => {
    const store = new MemoryBlobStore({ capacityBytes: 5 });
    await store.begin('partial-1');
    expect(await store.append('partial-1', 0, chunksOf(Buffer.from('abcdefg')), appendOptions())).toEqual({
      offset: 5,
      interrupted: { reason: 'no_space' },
    });
    expect(await store.space()).toEqual({ totalBytes: 5, freeBytes: 0 });
    await store.abort('partial-1');
    expect(await store.space()).toEqual({ totalBytes: 5, freeBytes: 5 });
  });
});
