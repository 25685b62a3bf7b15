export type StorageStatus = 'ok' | 'warning' | 'critical';

const WARNING_PERCENT = 75;
const CRITICAL_PERCENT = 90;

/** How much of the storage is in use, with one decimal; null where the store knows no limit. */
export function usedPercent(totalBytes: number | null, freeBytes: number | null): number | null {
  if (totalBytes === null || freeBytes === null || totalBytes === 0) return null;
  return Math.round(((totalBytes - freeBytes) / totalBytes) * 1_000) / 10;
}

/** `critical` also when new uploads are refused because too little would stay free. */
export function storageStatus(percent: number | null, usableBytes: number): StorageStatus {
  if (usableBytes <= 0 || (percent ?? 0) >= CRITICAL_PERCENT) return 'critical';
  return (percent ?? 0) >= WARNING_PERCENT ? 'warning' : 'ok';
}
