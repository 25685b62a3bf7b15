import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTime } from './is-time.js';

describe('isTime', () => {
  it('takes every time that the API answers', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (date) =>
        isTime(date.toISOString()),
      ),
    );
  });

  it.each(['2026-11-20', '2026-11-20T18:45Z', '2026-11-20T18:45:00+03:00', '2026-11-20 18:45:00'])(
    'takes %s',
    (text) => {
      expect(isTime(text)).toBe(true);
    },
  );

  it.each(['', 'soon', '2026-W10', '2026-W10-1', '2026-324', '2026-13-01', '20261120', '1763664300', 5, null])(
    'refuses %j',
    (value) => {
      expect(isTime(value)).toBe(false);
    },
  );
});
