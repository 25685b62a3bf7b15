import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { FsBlobStore } from '@logs-collector/blob-store/fs/fs-blob-store';
import { SlabPool } from '@logs-collector/blob-store/slab-pool';
import type { Settings } from '../config/settings.js';

/** The store that STORAGE_URL names; for the server, and for commands that work beside it. */
export function openBlobStore(settings: Pick<Settings, 'STORAGE_URL'>): Promise<BlobStore> {
  return FsBlobStore.open({ root: settings.STORAGE_URL.path, slabs: new SlabPool() });
}
