import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeBlobStore } from '../blob-store.contract.js';
import { SlabPool } from '../slab-pool.js';
import { FsBlobStore } from './fs-blob-store.js';

describeBlobStore('FsBlobStore', {
  async make({ now }) {
    const root = await mkdtemp(join(tmpdir(), 'blob-store-'));
    return {
      store: await FsBlobStore.open({ root, slabs: new SlabPool(), now }),
      dispose: () => rm(root, { recursive: true }),
    };
  },
});
