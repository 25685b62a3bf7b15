import { describe, expect, it } from '@jest/globals';
import { storageStatus, usedPercent } from './storage.rules.js';

describe('usedPercent', () => {
  it.each([
    [1_000, 250, 75],
    [3, 2, 33.3],
    [1_000, 0, 100],
    [0, 0, null],
    [null, 10, null],
    [10, null, null],
  ])('of %j bytes with %j free is %j', (total, free, expected) => {
    expect(usedPercent(total, free)).toBe(expected);
  });
});

describe('storageStatus', () => {
  it.each([
    [74.9, 1, 'ok'],
    [75, 1, 'warning'],
    [90, 1, 'critical'],
    [10, 0, 'critical'],
    [null, 1, 'ok'],
  ] as const)('at %j percent with %j usable bytes is %s', (percent, usable, expected) => {
    expect(storageStatus(percent, usable)).toBe(expected);
  });
});
