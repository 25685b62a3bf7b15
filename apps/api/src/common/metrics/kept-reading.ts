import type { Clock } from '../clock.js';

/** A reading that costs something, kept for a while, so that whoever scrapes often does not slow the server down. */
export class KeptReading<T> {
  private kept: { readonly at: number; readonly value: Promise<T> } | undefined;

  constructor(
    private readonly keepMs: number,
    private readonly clock: Clock,
    private readonly read: () => Promise<T>,
  ) {}

  /** One that failed is not kept. */
  get(): Promise<T> {
    const at = this.clock.now();
    if (this.kept && at - this.kept.at < this.keepMs) return this.kept.value;
    const value = this.read();
    const kept = { at, value };
    this.kept = kept;
    value.catch(() => {
      if (this.kept === kept) this.kept = undefined;
    });
    return value;
  }
}
