import { isBlobKey } from '../blob-key.js';
import { BlobStoreError } from '../blob-store-error.js';
import { abortMultipart } from './partial-ends.js';
import { StoredRecord } from './partial-record.js';
import type { S3Bucket } from './s3-bucket.js';
import {
  BLOBS,
  BYTES,
  homePrefix,
  originOf,
  PARTIALS,
  parsePointer,
  parseQuarantined,
  QUARANTINE,
} from './s3-layout.js';

/** So many may be of writers that were overtaken; more, and most of all there are, are of a bucket that lost its records. */
const MOST_FORGOTTEN = 100;

/**
 * Ends multipart uploads that were begun before `olderThan` and that no record names: left by a kill between two
 * requests, or by parts that arrived after an abort. Such an upload costs money, and no listing shows it. Answers how many.
 */
export async function endForgottenMultiparts(bucket: S3Bucket, olderThan: number): Promise<number> {
  let ended = 0;
  for await (const { name, uploadId, begunAt } of bucket.listMultiparts(BYTES)) {
    const origin = originOf(name);
    if (begunAt >= olderThan || origin === undefined) continue;
    const record = await StoredRecord.find(bucket, origin.partial);
    if (record?.value.multipart?.uploadId === uploadId) continue;
    await abortMultipart(bucket, name, uploadId);
    ended += 1;
  }
  return ended;
}

/**
 * Removes objects from before `olderThan` that neither a record nor a blob, seen or quarantined, leads to: sent by a
 * writer that did not know that its upload had been removed or finished elsewhere. Answers how many.
 */
export async function removeForgottenBytes(bucket: S3Bucket, olderThan: number): Promise<number> {
  let objects = 0;
  const forgotten = new Map<string, string>();
  for await (const { name, modifiedAt } of bucket.list(BYTES)) {
    objects += 1;
    const origin = originOf(name);
    if (origin !== undefined && modifiedAt < olderThan) forgotten.set(name, origin.home);
  }
  // In the order in which bytes change hands, from partial to blob to quarantine, so that none is missed on its way.
  const homes = await homesOfPartials(bucket);
  for (const [name, home] of forgotten) if (homes.has(home)) forgotten.delete(name);
  for await (const { name } of bucket.list(BLOBS)) forget(parsePointer(name));
  for await (const { name } of bucket.list(QUARANTINE)) forget(parseQuarantined(name)?.pointer);
  if (forgotten.size > MOST_FORGOTTEN && forgotten.size > objects / 2) {
    throw new BlobStoreError(
      'io_failed',
      `${forgotten.size} of ${objects} objects belong to nothing; none was removed`,
    );
  }
  await bucket.delete([...forgotten.keys()]);
  return forgotten.size;

  function forget(pointer: { home: string; object: string } | undefined): void {
    if (pointer !== undefined) forgotten.delete(homePrefix(pointer.home) + pointer.object);
  }
}

async function homesOfPartials(bucket: S3Bucket): Promise<Set<string>> {
  const homes = new Set<string>();
  for (const { name } of await bucket.listAll(PARTIALS)) {
    const partial = name.slice(PARTIALS.length);
    const record = isBlobKey(partial) ? await StoredRecord.find(bucket, partial) : undefined;
    if (record !== undefined) homes.add(record.value.home);
  }
  return homes;
}
