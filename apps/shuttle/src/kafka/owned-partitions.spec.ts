import { describe, expect, it } from '@jest/globals';
import { LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import { OwnedPartitions } from './owned-partitions.js';

describe('OwnedPartitions', () => {
  const place = (partition: number, offset: number) => ({ topic: 't', partition, offset: BigInt(offset) });

  it('takes no record twice when the client begins again at what was committed', () => {
    const owned = new OwnedPartitions(new LowWaterMarks());
    owned.assign([{ topic: 't', partitions: [0, 1] }]);
    expect([5, 6].map((offset) => owned.isNext(place(0, offset)))).toEqual([true, true]);
    owned.assign([{ topic: 't', partitions: [0] }]);
    expect([5, 6, 7].map((offset) => owned.isNext(place(0, offset)))).toEqual([false, false, true]);
  });

  it('tells which partitions are new, also one that was ours before', () => {
    const owned = new OwnedPartitions(new LowWaterMarks());
    expect(owned.assign([{ topic: 't', partitions: [0, 1] }])).toEqual(['t:0', 't:1']);
    expect(owned.assign([{ topic: 't', partitions: [0] }])).toEqual([]);
    expect(owned.assign([{ topic: 't', partitions: [0, 1] }])).toEqual(['t:1']);
  });

  it('takes no record of a partition that others have', () => {
    const owned = new OwnedPartitions(new LowWaterMarks());
    owned.assign([{ topic: 't', partitions: [1] }]);
    expect(owned.isNext(place(0, 1))).toBe(false);
  });

  it('forgets a partition that was taken away, with its debts, and reads it anew when it comes back', () => {
    const marks = new LowWaterMarks();
    const owned = new OwnedPartitions(marks);
    owned.assign([{ topic: 't', partitions: [0] }]);
    owned.isNext(place(0, 9));
    marks.enter({ topic: 't', partition: 0, offset: 9 }, 1);
    owned.assign([]);
    expect([marks.open(), marks.committable()]).toEqual([0, []]);
    owned.assign([{ topic: 't', partitions: [0] }]);
    expect(owned.isNext(place(0, 3))).toBe(true);
  });
});
