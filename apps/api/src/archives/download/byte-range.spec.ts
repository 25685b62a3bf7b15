import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { passesIfRange, rangeOf } from './byte-range.js';

describe('rangeOf', () => {
  it('answers only slices that lie within the bytes and hold at least one', () => {
    const bound = fc.oneof(fc.nat(300).map(String), fc.constant(''), fc.constant('9'.repeat(30)));
    fc.assert(
      fc.property(bound, bound, fc.integer({ min: 1, max: 200 }), (first, last, size) => {
        const answer = rangeOf(`bytes=${first}-${last}`, size);
        if (answer.kind !== 'slice') return;
        expect(answer.slice.start).toBeGreaterThanOrEqual(0);
        expect(answer.slice.end).toBeGreaterThan(answer.slice.start);
        expect(answer.slice.end).toBeLessThanOrEqual(size);
        if (first !== '') expect(answer.slice.start).toBe(Number(first));
      }),
    );
  });

  it.each([
    [undefined, { kind: 'whole' }],
    ['bytes=0-0', { kind: 'slice', slice: { start: 0, end: 1 } }],
    ['bytes=90-', { kind: 'slice', slice: { start: 90, end: 100 } }],
    ['bytes=-10', { kind: 'slice', slice: { start: 90, end: 100 } }],
    ['bytes=-1000', { kind: 'slice', slice: { start: 0, end: 100 } }],
    ['bytes=100-', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    ['bytes=5-2', { kind: 'whole' }],
    ['bytes=0-1,4-5', { kind: 'whole' }],
    ['lines=0-1', { kind: 'whole' }],
  ])('reads %j as RFC 9110 has it', (field, expected) => {
    expect(rangeOf(field, 100)).toEqual(expected);
  });
});

describe('conditions', () => {
  it('If-Range passes with the strong tag alone', () => {
    expect(passesIfRange(undefined, '"a"')).toBe(true);
    expect(passesIfRange('"a"', '"a"')).toBe(true);
    expect(passesIfRange('W/"a"', '"a"')).toBe(false);
    expect(passesIfRange('Fri, 20 Nov 2026 18:45:00 GMT', '"a"')).toBe(false);
  });
});
