import { setTimeout as delay } from 'node:timers/promises';
import { ContiguousMark } from './contiguous-mark.js';
import type { DrainRunner } from './drain-runner.js';
import { QueuedPacket } from './queued-packet.js';
import type { DiskBuffer } from './spill/disk-buffer.js';

const READ_BYTES = 256 * 1024;
const CHECK_MS = 50;
/** A packet that was taken is delivered or on the drain's own disk by then. */
const SETTLE_MS = 20_000;

/**
 * Brings what another process left for a drain to the one that runs now, as fast as it takes it: while its receiver is
 * away, everything stays where it is.
 * @returns whether all of it is delivered or in the drain's own buffer.
 */
export async function inherit(left: DiskBuffer, runner: DrainRunner, signal: AbortSignal): Promise<boolean> {
  const places = new ContiguousMark(0);
  const { untold } = left;
  if (untold > 0) {
    await runner.addLosses(untold, left.losses.lostSinceMs);
    left.addNoticed(untold);
  }
  while (!signal.aborted && left.unread > 0 && runner.takesMore) {
    for (const { packet, key, sequence } of await left.read(READ_BYTES, Date.now())) {
      const held = runner.offerPacket(new QueuedPacket(packet, key, places.enter(sequence, 1)));
      if (held === 'accepted') continue;
      await Promise.race([held, delay(SETTLE_MS, undefined, { signal }).catch(() => undefined)]);
    }
    await left.release(places.mark);
    // Lets it be taken, so that `takesMore` knows of it.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const endsAtMs = performance.now() + SETTLE_MS;
  while (!signal.aborted && places.open > 0 && performance.now() < endsAtMs) await delay(CHECK_MS);
  await left.release(places.mark);
  return left.unread === 0 && places.open === 0;
}
