export interface BackoffLimits {
  readonly firstMs: number;
  readonly capMs: number;
}

export const DEFAULT_BACKOFF: BackoffLimits = { firstMs: 500, capMs: 60_000 };

/**
 * How long to wait after the n-th failure in a row: exponential with full jitter, so that many drains of one receiver do
 * not come back in step (Brooker, "Exponential Backoff And Jitter").
 * @param failures 1 after the first
 * @param random from 0 up to 1
 */
export function backoffMs(
  failures: number,
  random: number,
  { firstMs, capMs }: BackoffLimits = DEFAULT_BACKOFF,
): number {
  return Math.round(random * Math.min(capMs, firstMs * 2 ** (failures - 1)));
}

const LONGEST_RETRY_AFTER_MS = 60 * 60 * 1000;

/** `Retry-After` (RFC 9110, section 10.2.3) as milliseconds from `nowMs` on, an hour at most; 0 for what is neither form. */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0;
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(waitMs) ? 0 : Math.min(Math.max(0, waitMs), LONGEST_RETRY_AFTER_MS);
}
