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

/** A receiver that answers at once is not made to have everything written first; of a stream nobody hears before seconds. */
const DELIVERY_MS: Readonly<Record<DrainScheme, number>> = {
  ...{ http: 50, https: 50, 'syslog+udp': 50 },
  ...{ 'syslog+tcp': 0, 'syslog+tls': 0 },
};
const SECURE_AGAIN_MS = 200;
const LIMIT_MS = 10_000;
/** After so many records, others have their turn. */
const SLICE = 500;

/**
 * Offers the records in their order, as fast as the drain takes them, and resolves once each is delivered, durable, or given up.
 * Undefined where that takes too long, as with a disk that fails: some of them may arrive nevertheless, and those that the
 * drain had no room for are not offered, as whoever tries again would fill the memory with them.
 */
export async function offerSettled(
  runner: Pick<DrainRunner, 'offer' | 'secure'>,
  records: readonly LogRecord[],
  scheme: DrainScheme,
  limitMs = LIMIT_MS,
): Promise<OfferOutcome | undefined> {
  const limit = AbortSignal.timeout(limitMs);
  const late = new Promise<void>((resolve) => limit.addEventListener('abort', () => resolve()));
  const { promise: allSettled, resolve } = Promise.withResolvers<void>();
  let open = records.length;
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
  for (const [index, record] of records.entries()) {
    const taken = runner.offer(record, acknowledgement);
    if (taken !== 'accepted') await Promise.race([taken, late]);
    if (limit.aborted) return undefined;
    if (index % SLICE === SLICE - 1) await nextTurn();
  }
  await Promise.race([allSettled, delay(DELIVERY_MS[scheme]), late]);
  while (open > 0 && !limit.aborted) {
    await Promise.race([runner.secure(), allSettled, late]);
    if (open > 0) await Promise.race([allSettled, delay(SECURE_AGAIN_MS), late]);
  }
  return open > 0 ? undefined : { accepted: records.length - dropped, dropped };
}
