import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { DrainRunner } from '@logs-collector/shuttle/delivery/drain-runner';
import type { DrainScheme } from '@logs-collector/shuttle/drain-url';
import type { LogRecord } from '@logs-collector/shuttle/record';

export interface OfferOutcome {
  /** Delivered, or durable on the disk. */
  readonly accepted: number;
  /** Given up: the buffer was full, or the receiver refused them for good. */
  readonly dropped: number;
}

/** How long a receiver that answers is given to take some more; of a stream nobody hears before seconds. */
const DELIVERY_MS: Readonly<Record<DrainScheme, number>> = {
  http: 50,
  https: 50,
  'syslog+udp': 50,
  'syslog+tcp': 0,
  'syslog+tls': 0,
};
/** As long as it does, nothing has to be written first; but a request ends some time. */
const MAX_DELIVERY_MS = 1_000;
const SECURE_AGAIN_MS = 200;
/** With nothing offered and nothing settled for so long, it is given up; and in any case after so long. */
const STALL_MS = 5_000;
const LIMIT_MS = 50_000;
/** After so many records, others have their turn. */
const SLICE = 500;

/**
 * Offers the records in their order, as fast as the drain takes them, and resolves once each is delivered, durable, or given up.
 * Undefined where that does not get on, as with a disk that fails, and where nobody waits for it any more: some of them may
 * arrive nevertheless, and those that the drain had no room for are not offered, as whoever tries again would fill the memory
 * with them.
 */
export async function offerSettled(
  runner: Pick<DrainRunner, 'offer' | 'secure'>,
  records: Iterable<LogRecord>,
  scheme: DrainScheme,
  gone?: AbortSignal,
  stallMs = STALL_MS,
): Promise<OfferOutcome | undefined> {
  const offering = new Offering(stallMs);
  const limit = AbortSignal.any([...(gone ? [gone] : []), offering.stalled, AbortSignal.timeout(LIMIT_MS)]);
  const late = new Promise<void>((resolve) => limit.addEventListener('abort', () => resolve()));
  try {
    for (const record of records) {
      if (limit.aborted) return undefined;
      const taken = runner.offer(record, offering.next());
      if (taken !== 'accepted') await Promise.race([taken, late]);
      if (offering.offered % SLICE === 0) await nextTurn();
    }
    const { allSettled } = offering;
    offering.settle();
    const until = performance.now() + MAX_DELIVERY_MS;
    for (let before = Number.POSITIVE_INFINITY; offering.open > 0 && performance.now() < until; ) {
      if (offering.open === before) break;
      before = offering.open;
      await Promise.race([allSettled, delay(DELIVERY_MS[scheme]), late]);
    }
    while (offering.open > 0 && !limit.aborted) {
      await Promise.race([runner.secure(), allSettled, late]);
      if (offering.open > 0) await Promise.race([allSettled, delay(SECURE_AGAIN_MS), late]);
    }
    return offering.open > 0 ? undefined : offering.outcome;
  } finally {
    offering.end();
  }
}

/** What becomes of the records of a request; all of them are acknowledged to it. */
class Offering {
  /** One for the offering itself. */
  open = 1;
  offered = 0;
  private dropped = 0;
  private readonly all = Promise.withResolvers<void>();
  private readonly stall = new AbortController();
  private readonly watching: NodeJS.Timeout;

  constructor(stallMs: number) {
    let before = -1;
    this.watching = setInterval(() => {
      const reached = 2 * this.offered - this.open;
      if (reached === before) this.stall.abort();
      before = reached;
    }, stallMs);
  }

  /** Resolves when none is open. */
  get allSettled(): Promise<void> {
    return this.all.promise;
  }

  /** Fires when nothing gets on any more. */
  get stalled(): AbortSignal {
    return this.stall.signal;
  }

  get outcome(): OfferOutcome {
    return { accepted: this.offered - this.dropped, dropped: this.dropped };
  }

  /** One more is offered. */
  next(): this {
    this.open += 1;
    this.offered += 1;
    return this;
  }

  settle(): void {
    this.open -= 1;
    if (this.open === 0) this.all.resolve();
  }

  giveUp(): void {
    this.dropped += 1;
  }

  end(): void {
    clearInterval(this.watching);
  }
}
