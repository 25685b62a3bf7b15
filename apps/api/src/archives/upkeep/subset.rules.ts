/** One of `total` parts of all archives, counted from 1. */
export interface Subset {
  readonly part: number;
  readonly total: number;
}

const SUBSET = /^(\d{1,4})\/(\d{1,4})$/;
/** FNV-1a, 32 bits: spreads ids evenly, whatever they are made of. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** `n/t` with 1 ≤ n ≤ t ≤ 9999; undefined for anything else. */
export function parseSubset(text: string): Subset | undefined {
  const match = SUBSET.exec(text);
  const [part, total] = [Number(match?.[1]), Number(match?.[2])];
  return match && part >= 1 && part <= total ? { part, total } : undefined;
}

/** Each id is in exactly one of the parts, and always in the same. */
export function isInSubset(id: string, { part, total }: Subset): boolean {
  let hash = FNV_OFFSET;
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), FNV_PRIME) >>> 0;
  return hash % total === part - 1;
}
