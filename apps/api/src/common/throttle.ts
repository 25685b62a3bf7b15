import type { Clock } from './clock.js';
import { commonErrors } from './errors/common.errors.js';

const MAX_KEYS = 10_000;

/**
 * Counts what must not happen too often, by key (a client's address), in a window that begins with the first; in
 * memory, because it slows a guesser down and decides nothing else. The oldest keys make room when there are too many.
 */
export class Throttle {
  private readonly windows = new Map<string, { startedAt: number; count: number }>();

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
    private readonly clock: Clock,
  ) {}

  /** Throws 429 with Retry-After when the key has reached its limit. */
  check(key: string): void {
    const window = this.windows.get(key);
    const ageMs = window ? this.clock.now() - window.startedAt : this.windowMs;
    if (window && ageMs < this.windowMs && window.count >= this.limit)
      throw commonErrors.tooManyRequests(this.windowMs - ageMs);
  }

  count(key: string): void {
    const now = this.clock.now();
    const window = this.windows.get(key);
    if (window && now - window.startedAt < this.windowMs) {
      window.count += 1;
      return;
    }
    this.windows.delete(key);
    this.windows.set(key, { startedAt: now, count: 1 });
    const oldest = this.windows.size > MAX_KEYS ? this.windows.keys().next().value : undefined;
    if (oldest !== undefined) this.windows.delete(oldest);
  }
}
