import type { ByteRange } from './blob-store.js';
import { BlobStoreError } from './blob-store-error.js';

/** The part of `size` bytes that a range means: clamped to the end, empty where it begins beyond it. */
export function resolveRange(range: ByteRange | undefined, size: number): { start: number; end: number } {
  const end = Math.min(range?.end ?? size, size);
  return { start: Math.min(range?.start ?? 0, end), end };
}

/** Refuses what can only be a mistake of the caller, at the call and not in the midst of a stream. */
export function assertRange(range: ByteRange | undefined): void {
  for (const bound of [range?.start, range?.end]) {
    if (bound !== undefined && !(Number.isSafeInteger(bound) && bound >= 0)) {
      throw new RangeError(`${bound} is no position in a blob`);
    }
  }
}

/** Refuses to take fewer bytes for all that were acknowledged. */
export function requireBytes(expected: number | undefined, present: number): void {
  if (expected !== undefined && present < expected) {
    throw new BlobStoreError('io_failed', `${present} bytes are there where ${expected} were stored`);
  }
}
