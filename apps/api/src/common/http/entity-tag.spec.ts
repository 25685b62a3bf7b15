import { describe, expect, it } from '@jest/globals';
import { matchesNone } from './entity-tag.js';

describe('If-None-Match', () => {
  it('is compared weakly and among several', () => {
    expect(matchesNone('W/"a"', '"a"')).toBe(true);
    expect(matchesNone('"x", "a"', '"a"')).toBe(true);
    expect(matchesNone('*', '"a"')).toBe(true);
    expect(matchesNone(undefined, '"a"')).toBe(false);
    expect(matchesNone('"x"', '"a"')).toBe(false);
  });
});
