import { type AppendContext, runAppend } from '../append-run.js';
import type { AppendOptions, AppendResult } from '../blob-store.js';
import type { WorkGate } from '../work-gate.js';
import { partBytesBeyond, partBytesFor } from './part-size.js';
import { PartWriter } from './part-writer.js';
import type { PartialState } from './partial-state.js';
import type { S3Bucket } from './s3-bucket.js';
import { toBlobStoreError } from './s3-errors.js';
import { segmentName } from './s3-layout.js';

export interface S3AppendContext extends AppendContext {
  readonly bucket: S3Bucket;
  readonly assemblies: WorkGate;
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
    const kept = { start, end: offset };
    await bucket.put(segmentName(home, kept), await state.readSegments(start, offset));
    state.addSegment(kept);
  }
  const gone = segments.filter(({ end }) => end > offset || end <= partStart);
  await bucket.delete(gone.map((segment) => segmentName(home, segment)));
  state.forgetSegments(gone);
}

/** A part cannot be taken away. Where some are left beyond the end, the record has to say where that is. */
async function markEnd(state: PartialState, result: AppendResult): Promise<AppendResult> {
  const end = state.hasPartsBeyond(result.offset) ? result.offset : undefined;
  if (end === state.record.value.end) return result;
  try {
    await state.record.change({ end });
    return result;
  } catch (error) {
    const cause = toBlobStoreError(error, 'mark the end of a partial');
    return { offset: result.offset, interrupted: result.interrupted ?? { reason: 'io_failed', cause } };
  }
}
