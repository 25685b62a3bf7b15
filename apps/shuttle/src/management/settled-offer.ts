import { setTimeout as delay } from 'node:timers/promises';
import type { DrainRunner } from '@logs-collector/shuttle/delivery/drain-runner';
import type { LogRecord } from '@logs-collector/shuttle/record';

export interface OfferOutcome {
  /** Delivered, or durable on the disk. */
  readonly accepted: number;
  /** Given up: the buffer was full, or the receiver refused them for good. */
  readonly dropped: number;
}

/** A receiver that answers at once is not made to have everything written first. */
const DELIVERY_MS = 50;
const SECURE_AGAIN_MS = 200;
const LIMIT_MS = 10_000;

/**
 * Offers the records in their order, as fast as the drain takes them, and resolves once each is delivered, durable, or given up.
 * Undefined where that takes too long, as with a disk that fails: some of them may arrive nevertheless, and those that the
 * drain had no room for are not offered, as whoever tries again would fill the memory with them.
 */
export async function offerSettled(
  runner: Pick<DrainRunner, 'offer' | 'secure'>,
  records: readonly LogRecord[],
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
  for (const record of records) {
    const taken = runner.offer(record, acknowledgement);
    if (taken !== 'accepted') await Promise.race([taken, late]);
    if (limit.aborted) return undefined;
  }
  await Promise.race([allSettled, delay(DELIVERY_MS), late]);
  while (open > 0 && !limit.aborted) {
    await Promise.race([runner.secure(), allSettled, late]);
    if (open > 0) await Promise.race([allSettled, delay(SECURE_AGAIN_MS), late]);
  }
  return open > 0 ? undefined : { accepted: records.length - dropped, dropped };
}
