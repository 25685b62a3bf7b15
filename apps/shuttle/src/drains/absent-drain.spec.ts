import { expect, it } from '@jest/globals';
import { numberedRecord } from '../../../../libs/shuttle/test-support/line-ledger.js';
import { AbsentDrain } from './absent-drain.js';

it('what a drain misses that is not started: the log has the count at once and then by the minute', () => {
  const reports: number[] = [];
  let now = 1_000_000;
  const drain = new AbsentDrain(
    { kind: 'app', app: 'app', space: 'space' },
    (missed) => reports.push(missed),
    () => now,
  );
  for (let number = 0; number < 180; number += 1) {
    drain.offer(numberedRecord(number));
    now += 1_000;
  }
  expect(reports).toEqual([1, 61, 121]);
});
