import { Injectable } from '@nestjs/common';

/** Work that wants to be waited for. `deadline` fires when waiting ends and it must come to a stop at once. */
export type DrainWork = (deadline: AbortSignal) => Promise<void>;

/**
 * Tells background work and long requests that the process is about to end.
 *
 * 1. `signal` fires and `isDraining` becomes true: begin nothing new; loops and event streams end by themselves.
 * 2. Requests under way and the registered work get a grace period.
 * 3. `deadline` fires: whatever still runs stops where it can be continued.
 */
@Injectable()
export class ShutdownSignal {
  private readonly draining = new AbortController();
  private readonly ending = new AbortController();
  private readonly works = new Map<string, DrainWork>();

  get isDraining(): boolean {
    return this.draining.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.draining.signal;
  }

  get deadline(): AbortSignal {
    return this.ending.signal;
  }

  /** `work` is called once, when draining begins; the process waits for it until the deadline and a moment more. */
  register(name: string, work: DrainWork): void {
    if (this.works.has(name)) throw new Error(`Two things to wait for at the end are called ${name}.`);
    this.works.set(name, work);
  }

  /** Begins draining. Resolves with the names of what failed, once all registered work has settled. Idempotent. */
  async begin(): Promise<string[]> {
    if (this.isDraining) return [];
    this.draining.abort();
    const names = [...this.works.keys()];
    const outcomes = await Promise.allSettled([...this.works.values()].map(async (work) => work(this.deadline)));
    return names.filter((_, index) => outcomes[index]?.status === 'rejected');
  }

  /** Ends the grace period. Idempotent. */
  end(): void {
    this.ending.abort();
  }
}
