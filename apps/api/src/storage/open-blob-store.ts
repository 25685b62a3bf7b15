import { join } from 'node:path';
import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { BlobStoreError } from '@logs-collector/blob-store/blob-store-error';
import { FsBlobStore } from '@logs-collector/blob-store/fs/fs-blob-store';
import { SlabPool } from '@logs-collector/blob-store/slab-pool';
import { errorCode } from '@logs-collector/runtime/error-code';
import { ownership } from '@logs-collector/runtime/file-owner';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { patientlyWithS3 } from '../common/s3-patience.js';
import type { Settings } from '../config/settings.js';
import { LockedProcesses } from './locked-processes.js';

const REMEDIES: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: () => 'the directory that is to hold it is missing: is the volume mounted?',
  ENOTDIR: () => 'something other than a directory is in its place',
  EACCES: ownership,
  EPERM: ownership,
  EROFS: ownership,
};

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
    const opening = FsBlobStore.open({ root: target.path, slabs: new SlabPool(), processes });
    return opening.catch((error: unknown) => {
      throw refusalOf(error, target.path);
    });
  }
  const { S3BlobStore } = await import('@logs-collector/blob-store/s3/s3-blob-store');
  return patientlyWithS3(() => S3BlobStore.open({ place: { ...target, credentials }, maxBlobBytes }));
}

/** A directory that is missing, not ours or no directory is for an administrator to mend; anything else is told as it is. */
function refusalOf(error: unknown, path: string): unknown {
  const code = error instanceof BlobStoreError ? errorCode(error.cause) : undefined;
  const remedy = code === undefined ? undefined : REMEDIES[code]?.(path);
  if (remedy === undefined) return error;
  return new SettingsError([`STORAGE_URL (DATA_DIR, where it is not set) cannot take archives (${code}); ${remedy}`]);
}
