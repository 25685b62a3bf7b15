import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeBlobStore } from '../blob-store.contract.js';
import { SlabPool } from '../slab-pool.js';
import { FsBlobStore } from './fs-blob-store.js';
import { newProcessName } from './store-processes.js';

describeBlobStore('FsBlobStore', {
  async make({ now }) {
    const root = await mkdtemp(join(tmpdir(), 'blob-store-'));
    const open = () => {
      const name = newProcessName();
      const processes = { own: () => name, isRunning: () => true };
      return FsBlobStore.open({ root, slabs: new SlabPool(), now, processes, handOverMs: 20 });
    };
    return { store: await open(), elsewhere: await open(), dispose: () => rm(root, { recursive: true }) };
  },
});
