/** How failures of one kind of subject are answered. */
export interface ThrottlePolicy {
  /** Failures that cost nothing: people mistype. */
  readonly freeFailures: number;
  /** Failures older than this are forgotten, if no newer ones came. */
  readonly windowMs: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

export interface ThrottleState {
  readonly failures: number;
  readonly windowStart: number;
  readonly blockedUntil: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DELAYS = { firstDelayMs: 1_000, longestDelayMs: 15 * MINUTE_MS };

/**
 * Delays double from one second to fifteen minutes and never become a lock-out (ASVS 5.0.0-6.1.1, 6.3.1): at the
 * longest, fewer than a hundred guesses a day reach one account. An address may be an office with many people in it.
 */
export const ACCOUNT_POLICY: ThrottlePolicy = { ...DELAYS, freeFailures: 5, windowMs: DAY_MS };
export const ADDRESS_POLICY: ThrottlePolicy = { ...DELAYS, freeFailures: 30, windowMs: 60 * MINUTE_MS };

/** Ten wrong codes an hour for one account: about 1e-5 an hour against six digits. */
export const CODE_LIMIT = 10;
export const CODE_WINDOW_MS = 60 * MINUTE_MS;

/** The state after one more failure at `now`. */
export function afterFailure(state: ThrottleState | null, policy: ThrottlePolicy, now: number): ThrottleState {
  const isFresh = state === null || now - state.windowStart > policy.windowMs;
  const failures = isFresh ? 1 : state.failures + 1;
  const surplus = failures - policy.freeFailures;
  const delayMs = surplus <= 0 ? 0 : Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** (surplus - 1));
  return { failures, windowStart: now, blockedUntil: now + delayMs };
}

/** The state after one more wrong code: a fixed window, at whose end all are forgotten. */
export function afterWrongCode(state: ThrottleState | null, now: number): ThrottleState {
  const isFresh = state === null || now - state.windowStart >= CODE_WINDOW_MS;
  const windowStart = isFresh ? now : state.windowStart;
  const failures = isFresh ? 1 : state.failures + 1;
  return { failures, windowStart, blockedUntil: failures >= CODE_LIMIT ? windowStart + CODE_WINDOW_MS : now };
}

/** Milliseconds to wait, 0 when free. */
export function waitMs(state: ThrottleState | null, now: number): number {
  return Math.max(0, (state?.blockedUntil ?? 0) - now);
}
