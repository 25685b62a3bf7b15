import { afterEach, expect, it, jest } from '@jest/globals';
import { numberedRecord } from '../../../../libs/shuttle/test-support/line-ledger.js';
import { AbsentDrain } from './absent-drain.js';

afterEach(() => {
  jest.useRealTimers();
});

it('what a drain misses that is not started: the log has the count at once and then by the minute', () => {
  const reports: number[] = [];
  jest.useFakeTimers();
  const drain = new AbsentDrain({ kind: 'app', app: 'app', space: 'space' }, (missed) => reports.push(missed));
  for (let number = 0; number < 180; number += 1) {
    drain.offer(numberedRecord(number));
    jest.advanceTimersByTime(1_000);
  }
  expect(reports).toEqual([1, 61, 121]);
});
