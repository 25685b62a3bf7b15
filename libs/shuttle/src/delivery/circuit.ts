import { type BackoffLimits, backoffMs, DEFAULT_BACKOFF } from './backoff.js';

export interface CircuitOptions {
  readonly random: () => number;
  readonly backoff?: BackoffLimits;
}

/**
 * Whether a receiver may be tried. After a failure all connections of a drain wait; then one of them tries alone, and the
 * others follow once it got through.
 */
export class Circuit {
  private state: 'closed' | 'open' | 'half_open' = 'closed';
  private failures = 0;
  /** By the clock that nobody sets: set back by an hour, the other would have a receiver wait for an hour. */
  private retryAt = 0;
  private shownRetryAtMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly options: CircuitOptions) {}

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  /** Failures since something was last delivered. */
  get failuresInRow(): number {
    return this.failures;
  }

  /** When the next attempt begins, milliseconds since 1970; undefined where nobody has to wait. */
  get retryAtMs(): number | undefined {
    return this.state === 'open' ? this.shownRetryAtMs : undefined;
  }

  /**
   * Resolves when the caller may try, or when it is aborted.
   * @returns whether it tries alone; then it has to say how that went, or `withdraw`.
   */
  async enter(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted && this.state !== 'closed') {
      if (this.state === 'open' && performance.now() >= this.retryAt) {
        this.state = 'half_open';
        return true;
      }
      await this.changed(signal);
    }
    return false;
  }

  /** A connection stands: the others may try as well. */
  connected(): void {
    this.state = 'closed';
    this.wake();
  }

  /** Something was delivered: whatever fails next is a first failure. */
  delivered(): void {
    this.failures = 0;
    if (this.state !== 'closed') this.connected();
  }

  /** @param leastMs what the receiver itself asked for */
  failed(leastMs = 0): void {
    // All connections of a receiver that goes away fail at once; that is one failure.
    if (this.state === 'open') {
      this.waitFor(Math.max(this.retryAt - performance.now(), leastMs));
      return;
    }
    this.failures += 1;
    const waitMs = backoffMs(this.failures, this.options.random(), this.options.backoff ?? DEFAULT_BACKOFF);
    this.state = 'open';
    this.waitFor(Math.max(waitMs, leastMs));
    this.wake();
  }

  /** Whoever was to try does not: another one may. */
  withdraw(): void {
    if (this.state !== 'half_open') return;
    this.state = 'open';
    this.wake();
  }

  private waitFor(waitMs: number): void {
    this.retryAt = performance.now() + waitMs;
    this.shownRetryAtMs = Math.round(Date.now() + waitMs);
  }

  private changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake);
      this.arm();
    });
  }

  private arm(): void {
    if (this.state !== 'open' || this.timer) return;
    const waitMs = Math.max(0, this.retryAt - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.wake();
    }, waitMs);
  }

  private wake(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const wake of [...this.waiting]) wake();
  }
}
