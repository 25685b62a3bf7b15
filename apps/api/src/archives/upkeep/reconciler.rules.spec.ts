import { describe, expect, it } from '@jest/globals';
import { isMassMismatch } from './reconciler.rules.js';

describe('isMassMismatch', () => {
  it.each([
    ['nothing is left over', 0, 0, 0, false],
    ['a few leftovers of an empty database', 5, 5, 0, false],
    ['many blobs and a blank database', 6, 6, 0, true],
    ['five leftovers of few', 5, 20, 15, false],
    ['six leftovers of few', 6, 20, 14, true],
    ['one in a hundred of many', 100, 10_000, 9_900, false],
    ['more than one in a hundred of many', 101, 10_000, 9_899, true],
  ])('%s', (_what, orphans, blobs, archives, expected) => {
    expect(isMassMismatch(orphans, blobs, archives)).toBe(expected);
  });
});
