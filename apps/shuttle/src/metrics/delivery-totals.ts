import type { DrainState } from '@logs-collector/shuttle/delivery/drain-runner';

const COUNTS = ['sent', 'dropped', 'refused', 'damaged'] as const;
/** Losses outlive the process: what a drain has when it is first seen was counted by an earlier one. */
const LASTING: readonly Count[] = ['dropped', 'refused', 'damaged'];

type Count = (typeof COUNTS)[number];
type Counts = Record<Count, number>;

const NOTHING: Counts = { sent: 0, dropped: 0, refused: 0, damaged: 0 };

/** What all drains together have done since the start of the process. It only grows, also when drains are deleted. */
export class DeliveryTotals {
  readonly totals: Counts = { ...NOTHING };
  private seen = new Map<string, Counts>();

  /** Adds what has happened since the last time, to be called often enough that little of a deleted drain is missed. */
  look(states: Iterable<readonly [string, DrainState]>): void {
    const present = new Map<string, Counts>();
    for (const [id, { sent, dropped, refused, damaged }] of states) {
      const counts = { sent, dropped, refused, damaged };
      const before = this.seen.get(id);
      for (const count of COUNTS) {
        const from = before?.[count] ?? (LASTING.includes(count) ? counts[count] : 0);
        this.totals[count] += Math.max(0, counts[count] - from);
      }
      present.set(id, counts);
    }
    this.seen = present;
  }
}
