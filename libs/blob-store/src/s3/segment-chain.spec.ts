import { describe, expect, it } from '@jest/globals';
import { coveredFrom, slicesOf } from './segment-chain.js';

const segments = [
  { start: 0, end: 3, epoch: 1 },
  { start: 3, end: 5, epoch: 1 },
  { start: 3, end: 9, epoch: 1 },
  { start: 12, end: 20, epoch: 1 },
];

describe('coveredFrom', () => {
  it.each([
    [0, 9],
    [3, 9],
    [9, 9],
    [10, 10],
    [12, 20],
    [25, 25],
  ])('from %d is %d', (start, end) => {
    expect(coveredFrom(segments, start)).toBe(end);
  });
});

describe('coveredFrom with enough', () => {
  it('looks no further', () => {
    expect(coveredFrom(segments, 0, 2)).toBe(3);
    expect(coveredFrom(segments, 0, 0)).toBe(0);
  });
});

describe('slicesOf', () => {
  it('reads each segment from where the one before ends', () => {
    expect(slicesOf(segments, 1, 8)).toEqual([
      { segment: { start: 0, end: 3, epoch: 1 }, from: 1, to: 3 },
      { segment: { start: 3, end: 9, epoch: 1 }, from: 0, to: 5 },
    ]);
  });

  it('takes the bytes of the latest writer, however far those of one that was overtaken reach', () => {
    const later = { start: 3, end: 4, epoch: 2 };
    expect(slicesOf([...segments, later, { start: 4, end: 7, epoch: 2 }], 0, 5)?.map(({ segment }) => segment)).toEqual(
      [segments[0], later, { start: 4, end: 7, epoch: 2 }],
    );
  });

  it('needs nothing for nothing, and says where something is missing', () => {
    expect(slicesOf(segments, 4, 4)).toEqual([]);
    expect(slicesOf(segments, 8, 13)).toBeUndefined();
    expect(slicesOf(segments, 19, 21)).toBeUndefined();
  });
});
