const MIB = 1024 * 1024;
/** The service takes 5 MiB and more, but for the last part; fewer and larger ones cost less. */
const LEAST_PART_BYTES = 8 * MIB;
/** What a process is willing to hold of one part. */
const LARGEST_PART_BYTES = 64 * MIB;
/** The service numbers parts from 1 to this. */
export const MAX_PARTS = 10_000;

/** The largest object that can be made of parts that fit in memory. */
export const LARGEST_BLOB_BYTES = LARGEST_PART_BYTES * MAX_PARTS;

/** Bytes of every part but the last of an object that may become so large. Parts are equal: some servers insist. */
export function partBytesFor(maxBytes: number): number {
  const even = Math.ceil(maxBytes / MAX_PARTS / MIB) * MIB;
  return Math.min(Math.max(even, LEAST_PART_BYTES), LARGEST_PART_BYTES);
}

/** For a partial that holds so much in segments: they must all lie in the first part. */
export function partBytesBeyond(sizeBytes: number): number {
  return (Math.floor(sizeBytes / MIB) + 1) * MIB;
}
