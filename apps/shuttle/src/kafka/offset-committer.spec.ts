import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import { OffsetCommitter } from './offset-committer.js';

describe('Offsets', () => {
  let marks: LowWaterMarks;
  let committer: OffsetCommitter;
  let committed: bigint[];
  let answer: () => void;

  beforeEach(() => {
    jest.useFakeTimers();
    marks = new LowWaterMarks();
    committed = [];
    committer = new OffsetCommitter(
      {
        commit: async ({ offsets }: { offsets: { offset: bigint }[] }) => {
          committed.push(...offsets.map(({ offset }) => offset));
          await new Promise<void>((resolve) => {
            answer = resolve;
          });
        },
      },
      marks,
    );
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const deliver = (offset: number) => marks.enter({ topic: 't', partition: 0, offset }, 0);

  it('are committed a fifth of a second after they moved, or at once for a rebalance, and not without reason', async () => {
    deliver(0);
    await jest.advanceTimersByTimeAsync(200);
    expect(committed).toEqual([1n]);
    answer();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(committed).toEqual([1n]);
    deliver(1);
    committer.commitNow();
    expect(committed).toEqual([1n, 2n]);
  });

  it('are never committed by two requests at a time', async () => {
    deliver(0);
    committer.commitNow();
    deliver(1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(committed).toEqual([1n]);
    answer();
    await jest.advanceTimersByTimeAsync(200);
    expect(committed).toEqual([1n, 2n]);
  });
});
