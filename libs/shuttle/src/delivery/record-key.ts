import type { LogRecord } from '../record.js';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Stands between the parts, so that `ab` + `c` is not `a` + `bc`; no name has it. */
const SEPARATOR = 0x1f;

/** A hash (FNV-1a, 32 bits) of what lines keep their order within: destination and process. Equal hashes only share a lane. */
export function recordKey({ destination, process }: LogRecord): number {
  const parts = destination.kind === 'app' ? [destination.app, destination.space] : [destination.site];
  let hash = FNV_OFFSET;
  for (const part of [...parts, process]) {
    for (let index = 0; index < part.length; index += 1) {
      hash = Math.imul(hash ^ part.charCodeAt(index), FNV_PRIME);
    }
    hash = Math.imul(hash ^ SEPARATOR, FNV_PRIME);
  }
  return hash >>> 0;
}
