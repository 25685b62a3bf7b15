import { beforeEach, describe, expect, it } from '@jest/globals';
import { LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import { OwnedPartitions } from './owned-partitions.js';

describe('OwnedPartitions', () => {
  let marks: LowWaterMarks;
  let owned: OwnedPartitions;

  beforeEach(() => {
    marks = new LowWaterMarks();
    owned = new OwnedPartitions(marks);
  });

  const assign = (...partitions: number[]) => owned.assign([{ topic: 't', partitions }]);
  const takes = (partition: number, offset: number, reading = owned.reading) =>
    owned.isNext({ topic: 't', partition, offset: BigInt(offset) }, reading);

  it('takes no record twice when the client begins again at what was committed', () => {
    assign(0, 1);
    expect([5, 6].map((offset) => takes(0, offset))).toEqual([true, true]);
    assign(0);
    expect([5, 6, 7].map((offset) => takes(0, offset))).toEqual([false, false, true]);
  });

  it('begins another reading when a partition comes, also one that was ours before', () => {
    assign(0, 1);
    const first = owned.reading;
    assign(0);
    expect(owned.reading).toBe(first);
    assign(0, 1);
    expect(owned.reading).toBe(first + 1);
  });

  it('takes no record of a partition that others have', () => {
    assign(1);
    expect(takes(0, 1)).toBe(false);
  });

  it('forgets a partition that was taken away, with its debts, and reads it anew when it comes back', () => {
    assign(0);
    takes(0, 9);
    marks.enter({ topic: 't', partition: 0, offset: 9 }, 1);
    assign();
    expect([marks.open(), marks.committable()]).toEqual([0, []]);
    assign(0);
    expect(takes(0, 3)).toBe(true);
  });

  it('of a partition that came back, what an earlier reading still holds hides nothing that a former owner has lost', () => {
    assign(0, 1);
    const before = owned.reading;
    expect(takes(0, 5)).toBe(true);
    assign(1);
    assign(0, 1);
    expect(takes(0, 6, before)).toBe(false);
    expect([4, 5, 6].map((offset) => takes(0, offset))).toEqual([true, true, true]);
    // What the member has kept all along goes on wherever it comes from.
    expect([takes(1, 1, before), takes(1, 1), takes(1, 2)]).toEqual([true, false, true]);
  });
});
