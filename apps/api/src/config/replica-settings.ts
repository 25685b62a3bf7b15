import { LARGEST_BLOB_BYTES } from '@logs-collector/blob-store/s3/part-size';
import type { SettingValues } from '@logs-collector/runtime/settings-reader';
import type { settingDefinitions } from './setting-definitions.js';

type Given = Partial<SettingValues<typeof settingDefinitions>>;

/** What is wrong with settings of several processes, on one host or on many: none can make or find these for itself. */
export function replicaFaults(given: Given): string[] {
  const faults: string[] = [];
  const isS3 = given.STORAGE_URL?.kind === 's3';
  const hasWorkers = (given.WEB_CONCURRENCY ?? 1) > 1;
  // A setting with a fault of its own is absent, and said already.
  const isLeftOut = (name: keyof Given) => name in given && given[name] === undefined;
  if (hasWorkers && (isLeftOut('DB_URL') || given.DB_URL?.kind === 'sqlite')) {
    faults.push('WEB_CONCURRENCY above 1 needs PostgreSQL (DB_URL): SQLite has one writer');
  }
  if ((isS3 || hasWorkers) && isLeftOut('SECRET_KEY')) {
    faults.push(`SECRET_KEY must be set with ${isS3 ? 'an S3 store' : 'WEB_CONCURRENCY above 1'}, the same everywhere`);
  }
  const keyPair = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;
  if (keyPair.some((name) => given[name] !== undefined) && keyPair.some(isLeftOut)) {
    faults.push('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set together');
  }
  if (isS3 && (given.MAX_UPLOAD_BYTES ?? 0) > LARGEST_BLOB_BYTES) {
    faults.push('MAX_UPLOAD_BYTES must not exceed 625GiB with an S3 store, which takes 10,000 parts');
  }
  return faults;
}
