import type { Slots } from '@logs-collector/runtime/slots';
import { lost, PartialState } from './partial-state.js';
import type { S3Bucket } from './s3-bucket.js';
import { isNoSuchUpload } from './s3-errors.js';
import { homePrefix, segmentObject, WHOLE, wholeName } from './s3-layout.js';
import { slicesOf } from './segment-chain.js';

/** One object with all bytes of a partial. */
export interface Assembled {
  /** Its name in the partial's home. */
  readonly object: string;
  readonly sizeBytes: number;
}

/**
 * Puts the first `sizeBytes` bytes of a partial, which are all that it is to have, together to one object. Idempotent, also
 * beside another process that does the same. Afterwards nothing can be appended any more: what a multipart upload has
 * become does not change.
 */
export async function assemble(
  bucket: S3Bucket,
  state: PartialState,
  sizeBytes: number,
  assemblies: Slots,
): Promise<Assembled> {
  if (!state.reaches(sizeBytes)) throw lost();
  if (state.wholeBytes !== undefined) return { object: WHOLE, sizeBytes };
  const { home, partBytes } = state;
  const count = state.wholePartsBelow(sizeBytes);
  if (count === 0) return assembleSegments(bucket, state, sizeBytes, assemblies);
  const { multipart } = state.record.value;
  if (multipart === undefined) throw lost();
  const parts = state.firstParts(count);
  try {
    const tailStart = count * partBytes;
    if (sizeBytes > tailStart) {
      await assemblies.use(async () => {
        const bytes = await state.readSegments(tailStart, sizeBytes);
        const etag = await bucket.uploadPart(wholeName(home), multipart.uploadId, count + 1, bytes);
        parts.push({ number: count + 1, sizeBytes: bytes.byteLength, etag });
      });
    }
    await bucket.completeMultipart(wholeName(home), multipart.uploadId, parts);
  } catch (error) {
    // Another process was quicker, or our own request that was answered with a break of the connection.
    if (!isNoSuchUpload(error)) throw error;
  }
  const madeBytes = await bucket.size(wholeName(home));
  if (madeBytes !== sizeBytes) throw lost();
  return { object: WHOLE, sizeBytes };
}

/** A small partial: its only segment is the object already, or else it is written once more. */
async function assembleSegments(
  bucket: S3Bucket,
  state: PartialState,
  sizeBytes: number,
  assemblies: Slots,
): Promise<Assembled> {
  const { home, epoch, segments } = state;
  const [first, ...others] = slicesOf(segments, 0, sizeBytes) ?? [];
  const isAlone = first !== undefined && others.length === 0 && first.segment.end === sizeBytes;
  const object = segmentObject(isAlone ? first.segment : { start: 0, end: sizeBytes, epoch });
  if (!isAlone) {
    await assemblies.use(async () => {
      await bucket.put(homePrefix(home) + object, await state.readSegments(0, sizeBytes));
    });
  }
  return { object, sizeBytes };
}
