import type { DrainRunner } from '../src/delivery/drain-runner.ts';
import type { LowWaterMarks } from '../src/delivery/low-water-marks.ts';
import { numberedRecord } from './line-ledger.ts';

export interface OfferOptions {
  readonly marks?: LowWaterMarks;
  /** Lines take turns among them; each counts its own numbers. */
  readonly processes?: readonly string[];
  readonly padding?: string;
}

/** Offers the lines from `from` up to `to` of every process, letting the event loop run in between. */
export async function offerLines(
  runner: DrainRunner,
  from: number,
  to: number,
  { marks, processes = ['web'], padding = '' }: OfferOptions = {},
): Promise<void> {
  for (let number = from; number < to; number += 1) {
    for (const [index, process] of processes.entries()) {
      const record = {
        ...numberedRecord(number, process, padding),
        position: { topic: 'app', partition: 0, offset: number * processes.length + index },
      };
      const answer = runner.offer(record, marks?.enter(record.position, 1));
      if (answer !== 'accepted') await answer;
    }
    if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
