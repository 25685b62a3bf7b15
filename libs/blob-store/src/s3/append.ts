import type { Slots } from '@logs-collector/runtime/slots';
import { type AppendContext, runAppend } from '../append-run.js';
import type { AppendOptions, AppendResult } from '../blob-store.js';
import { BlobStoreError } from '../blob-store-error.js';
import { partBytesBeyond, partBytesFor } from './part-size.js';
import { PartWriter } from './part-writer.js';
import { StoredRecord } from './partial-record.js';
import { PartialState } from './partial-state.js';
import type { S3Bucket } from './s3-bucket.js';
import { toBlobStoreError } from './s3-errors.js';
import { segmentName } from './s3-layout.js';

/** A writer that is being overtaken changes the record a few times at most. */
const MAX_TURN_TRIES = 5;

export interface S3AppendContext extends AppendContext {
  readonly bucket: S3Bucket;
  readonly assemblies: Slots;
  /** The largest blob there can be; as long as nobody knows better, a partial may become so large. */
  readonly maxBlobBytes: number;
}

/** Appends to a partial that reaches `offset` and is not put together yet. Rejects where the cut could not be made. */
export async function appendToParts(
  context: S3AppendContext,
  state: PartialState,
  offset: number,
  source: AsyncIterable<Uint8Array>,
  options: AppendOptions,
): Promise<AppendResult> {
  const { bucket, assemblies, maxBlobBytes } = context;
  const partBytes =
    state.partBytes ||
    Math.max(partBytesFor(Math.min(offset + options.maxBytes, maxBlobBytes)), partBytesBeyond(state.sizeBytes));
  await cutTo(bucket, state, offset);
  const { onDurable } = options;
  const result = await runAppend(
    context,
    (onFailure) => new PartWriter({ bucket, state, partBytes, assemblies, offset, onDurable, onFailure }),
    source,
    options,
  );
  return markEnd(state, result);
}

/** For a partial that is put together: sees to it that nothing comes. */
export function appendNothing(
  context: AppendContext,
  offset: number,
  source: AsyncIterable<Uint8Array>,
  options: AppendOptions,
): Promise<AppendResult> {
  const target = { failure: undefined, write: async () => undefined, settle: async () => offset };
  return runAppend(context, () => target, source, { ...options, maxBytes: 0 });
}

/**
 * Removes segments beyond `offset`, and those that are no longer needed to go back to: whoever goes on at `offset` will
 * never again be told of a place in an earlier part.
 */
async function cutTo(bucket: S3Bucket, state: PartialState, offset: number): Promise<void> {
  const { home, partBytes } = state;
  const segments = [...state.segments];
  const partStart = state.wholePartsBelow(offset) * partBytes;
  for (const { start, end } of segments) {
    if (start >= offset || end <= offset) continue;
    const kept = { start, end: offset, epoch: state.epoch };
    await bucket.put(segmentName(home, kept), await state.readSegments(start, offset));
    state.addSegment(kept);
  }
  const gone = segments.filter(({ end }) => end > offset || end <= partStart);
  await bucket.delete(gone.map((segment) => segmentName(home, segment)));
  state.forgetSegments(gone);
}

/**
 * Makes `epoch` the last writer of a partial and answers what there is of it. Everything is listed before the record is
 * changed, and changed before anything else: a writer that was overtaken had its last durable bytes in the bucket by then,
 * and where it has changed the record meanwhile all is read again.
 */
export async function takeTurn(
  bucket: S3Bucket,
  partial: string,
  offset: number,
  epoch: number,
): Promise<PartialState> {
  for (let tries = 1; ; tries += 1) {
    const record = await StoredRecord.find(bucket, partial);
    if (record === undefined) throw new BlobStoreError('not_found', 'there is no such partial');
    if (record.value.epoch > epoch) throw new BlobStoreError('superseded', 'a later writer has come');
    const state = await PartialState.read(bucket, record);
    if (!state.reaches(offset)) {
      const { sizeBytes } = state;
      throw new BlobStoreError('offset_beyond_end', `there is no offset ${offset} in a partial of ${sizeBytes} bytes`);
    }
    try {
      await record.change({ epoch, ...(state.wholeBytes === undefined ? { end: endAt(state, offset) } : {}) });
      return state;
    } catch (error) {
      if (!(error instanceof BlobStoreError && error.code === 'superseded') || tries >= MAX_TURN_TRIES) throw error;
    }
  }
}

/** A part cannot be taken away. Where some are left beyond the end, the record has to say where that is. */
function endAt(state: PartialState, offset: number): number | undefined {
  return state.hasPartsBeyond(offset) ? offset : undefined;
}

async function markEnd(state: PartialState, result: AppendResult): Promise<AppendResult> {
  try {
    await state.record.change({ end: endAt(state, result.offset) });
    return result;
  } catch (error) {
    const cause = toBlobStoreError(error, 'mark the end of a partial');
    const reason = cause.code === 'superseded' ? cause.code : 'io_failed';
    return { offset: result.offset, interrupted: result.interrupted ?? { reason, cause } };
  }
}
