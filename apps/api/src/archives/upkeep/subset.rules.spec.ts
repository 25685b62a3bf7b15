import { describe, expect, it } from '@jest/globals';
import { isInSubset, parseSubset } from './subset.rules.js';

describe('The parts of all archives', () => {
  it.each(['0/7', '8/7', '1/0', '1', '/', '1/7/2', '-1/7', '1.5/7', ' 1/7', '1/10000', ''])('%j is no part', (text) => {
    expect(parseSubset(text)).toBeUndefined();
  });

  it('each id is in exactly one, and they are about equally large', () => {
    const total = 7;
    const sizes = new Array<number>(total).fill(0);
    for (let n = 0; n < 7_000; n += 1) {
      const id = `01a1fa80-6b0d-7f94-8bcf-${n.toString(16).padStart(12, '0')}`;
      const parts = sizes.flatMap((_, index) => (isInSubset(id, { part: index + 1, total }) ? [index] : []));
      expect(parts).toHaveLength(1);
      for (const part of parts) sizes[part] = (sizes[part] ?? 0) + 1;
    }
    expect(Math.min(...sizes)).toBeGreaterThan(800);
  });
});
