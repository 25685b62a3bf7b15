import type { Slots } from '@logs-collector/runtime/slots';
import { BlobStoreError } from '../blob-store-error.js';
import { requireBytes } from '../byte-range.js';
import { assemble } from './assembly.js';
import { type PartialRecord, StoredRecord } from './partial-record.js';
import { PartialState } from './partial-state.js';
import type { Pointers } from './pointers.js';
import type { S3Bucket } from './s3-bucket.js';
import { isNoSuchUpload } from './s3-errors.js';
import { homePrefix, wholeName } from './s3-layout.js';

export interface CommitContext {
  readonly bucket: S3Bucket;
  readonly pointers: Pointers;
  readonly assemblies: Slots;
  readonly now: () => number;
}

export interface Commit {
  readonly partial: string;
  readonly key: string;
  readonly sidecar: string;
  readonly sizeBytes: number;
}

/**
 * Turns a partial into a blob. The blob is there from the moment when its sidecar is; the record goes last, so after a
 * crash anywhere the whole is done again.
 */
export async function commitPartial(
  { bucket, pointers, assemblies, now }: CommitContext,
  { partial, key, sidecar, sizeBytes }: Commit,
): Promise<void> {
  const [record, known] = await Promise.all([StoredRecord.find(bucket, partial), pointers.find(key)]);
  if (record === undefined) {
    if (known === undefined) throw new BlobStoreError('not_found', 'there is no such partial');
    requireBytes(sizeBytes, known.sizeBytes);
    await pointers.write(known, sidecar);
    return;
  }
  if (known !== undefined && known.home !== record.value.home) {
    throw new BlobStoreError('key_taken', 'the key has other bytes already');
  }
  const pointer = known ?? (await pointerTo(record));
  requireBytes(sizeBytes, pointer.sizeBytes);
  await pointers.write(pointer, sidecar);
  await pointers.emptyHome(pointer.home, homePrefix(pointer.home) + pointer.object);
  await endMultipart(bucket, record.value);
  await record.remove();

  async function pointerTo(stored: StoredRecord) {
    const { object } = await assemble(bucket, await PartialState.read(bucket, stored), sizeBytes, assemblies);
    // From here on an abort must ask whether the blob is there before it removes its bytes.
    await stored.change({ key });
    return { key, committedAt: now(), sizeBytes, home: stored.value.home, object };
  }
}

/** Removes a partial with all its bytes, unless they have become a blob's. */
export async function abortPartial(bucket: S3Bucket, pointers: Pointers, partial: string): Promise<void> {
  const record = await StoredRecord.find(bucket, partial);
  if (record === undefined) return;
  const { key, home } = record.value;
  const blob = key === undefined ? undefined : await pointers.find(key);
  await endMultipart(bucket, record.value);
  const kept = blob?.home === home ? homePrefix(home) + blob.object : undefined;
  await pointers.emptyHome(home, kept);
  await record.remove();
}

async function endMultipart(bucket: S3Bucket, { home, multipart }: PartialRecord): Promise<void> {
  if (multipart !== undefined) await abortMultipart(bucket, wholeName(home), multipart.uploadId);
}

/** Idempotent. */
export async function abortMultipart(bucket: S3Bucket, name: string, uploadId: string): Promise<void> {
  try {
    await bucket.abortMultipart(name, uploadId);
  } catch (error) {
    if (!isNoSuchUpload(error)) throw error;
  }
}
