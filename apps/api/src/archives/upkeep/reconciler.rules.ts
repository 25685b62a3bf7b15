const MIN_SUSPICIOUS = 5;
const SUSPICIOUS_SHARE = 0.01;

/**
 * Whether so many blobs without a row look like a mistake (a restored or blank database, the wrong volume) rather than
 * like leftovers. Then nothing is moved and somebody has to look.
 */
export function isMassMismatch(orphans: number, blobs: number, archives: number): boolean {
  if (orphans === 0) return false;
  return archives === 0 ? orphans > MIN_SUSPICIOUS : orphans > Math.max(MIN_SUSPICIOUS, blobs * SUSPICIOUS_SHARE);
}
