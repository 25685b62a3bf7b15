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
  ...{ http: 50, https: 50, 'syslog+udp': 50 },
  ...{ 'syslog+tcp': 0, 'syslog+tls': 0 },
};
/** As long as it does, nothing has to be written first; but a request ends some time. */
const MAX_DELIVERY_MS = 1_000;
const SECURE_AGAIN_MS = 200;
const LIMIT_MS = 10_000;
/** After so many records, others have their turn. */
const SLICE = 500;

/**
 * Offers the records in their order, as fast as the drain takes them, and resolves once each is delivered, durable, or given up.
 * Undefined where that takes too long, as with a disk that fails, and where nobody waits for it any more: some of them may
 * arrive nevertheless, and those that the drain had no room for are not offered, as whoever tries again would fill the memory
 * with them.
 */
export async function offerSettled(
  runner: Pick<DrainRunner, 'offer' | 'secure'>,
  records: Iterable<LogRecord>,
  scheme: DrainScheme,
  gone?: AbortSignal,
  limitMs = LIMIT_MS,
): Promise<OfferOutcome | undefined> {
  const timeout = AbortSignal.timeout(limitMs);
  const limit = gone ? AbortSignal.any([gone, timeout]) : timeout;
  const late = new Promise<void>((resolve) => limit.addEventListener('abort', () => resolve()));
  const { promise: allSettled, resolve } = Promise.withResolvers<void>();
  // One for the offering itself.
  let open = 1;
  let offered = 0;
  let dropped = 0;
  const acknowledgement = {
    settle: () => {
      open -= 1;
      if (open === 0) resolve();
    },
    giveUp: () => {
      dropped += 1;
    },
  };
  for (const record of records) {
    if (limit.aborted) return undefined;
    open += 1;
    offered += 1;
    const taken = runner.offer(record, acknowledgement);
    if (taken !== 'accepted') await Promise.race([taken, late]);
    if (offered % SLICE === 0) await nextTurn();
  }
  acknowledgement.settle();
  const until = performance.now() + MAX_DELIVERY_MS;
  for (let before = Number.POSITIVE_INFINITY; open > 0 && open < before && performance.now() < until; ) {
    before = open;
    await Promise.race([allSettled, delay(DELIVERY_MS[scheme]), late]);
  }
  while (open > 0 && !limit.aborted) {
    await Promise.race([runner.secure(), allSettled, late]);
    if (open > 0) await Promise.race([allSettled, delay(SECURE_AGAIN_MS), late]);
  }
  return open > 0 ? undefined : { accepted: offered - dropped, dropped };
}
