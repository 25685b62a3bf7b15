import type { LogRecord } from '../record.js';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Stands between the parts, so that `ab` + `c` is not `a` + `bc`; no name has it. */
const SEPARATOR = 0x1f;

/** A hash (FNV-1a, 32 bits) of what lines keep their order within: destination and process. Equal hashes only share a lane. */
export function recordKey({ destination, process }: LogRecord): number {
  const owner =
    destination.kind === 'app'
      ? withPart(withPart(FNV_OFFSET, destination.app), destination.space)
      : withPart(FNV_OFFSET, destination.site);
  return withPart(owner, process) >>> 0;
}

function withPart(hash: number, part: string): number {
  let mixed = hash;
  for (let index = 0; index < part.length; index += 1) mixed = Math.imul(mixed ^ part.charCodeAt(index), FNV_PRIME);
  return Math.imul(mixed ^ SEPARATOR, FNV_PRIME);
}
