import { join } from 'node:path';
import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { FsBlobStore } from '@logs-collector/blob-store/fs/fs-blob-store';
import { SlabPool } from '@logs-collector/blob-store/slab-pool';
import type { Settings } from '../config/settings.js';
import { LockedProcesses } from './locked-processes.js';

/** Beside `uploads`, in which every name is a partial's. */
const PROCESSES = 'processes';

/**
 * The store that STORAGE_URL names; for the server, and for commands that work beside it. The client of S3 is loaded only where it is needed: it costs 0.1 s
 * and 30 MB.
 */
export async function openBlobStore(
  settings: Pick<Settings, 'STORAGE_URL' | 'S3_CREDENTIALS' | 'MAX_UPLOAD_BYTES'>,
): Promise<BlobStore> {
  const { STORAGE_URL: target, S3_CREDENTIALS: credentials, MAX_UPLOAD_BYTES: maxBlobBytes } = settings;
  if (target.kind === 'file') {
    const processes = new LockedProcesses(join(target.path, PROCESSES));
    return FsBlobStore.open({ root: target.path, slabs: new SlabPool(), processes });
  }
  const { S3BlobStore } = await import('@logs-collector/blob-store/s3/s3-blob-store');
  return S3BlobStore.open({ place: { ...target, credentials }, maxBlobBytes });
}
