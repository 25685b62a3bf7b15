import { describe, expect, it } from '@jest/globals';
import { expectedVersions, matchesNone } from './entity-tag.js';

describe('If-None-Match', () => {
  it('is compared weakly and among several', () => {
    expect(matchesNone('W/"a"', '"a"')).toBe(true);
    expect(matchesNone('"x", "a"', '"a"')).toBe(true);
    expect(matchesNone('*', '"a"')).toBe(true);
    expect(matchesNone(undefined, '"a"')).toBe(false);
    expect(matchesNone('"x"', '"a"')).toBe(false);
  });
});

describe('If-Match', () => {
  it('asks for one of several versions, or for none', () => {
    expect(expectedVersions('"3"')).toEqual([3]);
    expect(expectedVersions('"2" , "3"')).toEqual([2, 3]);
    expect(expectedVersions('"abc", W/"2", "3"')).toEqual([3]);
    expect(expectedVersions('*')).toBeUndefined();
    expect(expectedVersions(undefined)).toBeUndefined();
  });

  it.each(['', '3', 'W/"3"', '"abc"', '"3'])('412 where no tag is a version: %s', (field) => {
    expect(() => expectedVersions(field)).toThrow(
      expect.objectContaining({ kind: expect.objectContaining({ status: 412 }) }),
    );
  });
});
