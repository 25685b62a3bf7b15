import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { numberKey, parseOrdering, searchTextOf, TICKET_NUMBER } from './ticket.rules.js';

const byKey = (a: string, b: string): number => (numberKey(a) < numberKey(b) ? -1 : 1);

describe('TICKET_NUMBER', () => {
  it.each(['1', 'SUP-1482', 'a.b_c-d', '9'.repeat(64)])('accepts %s', (number) => {
    expect(TICKET_NUMBER.test(number)).toBe(true);
  });

  it.each(['', '-1', '.x', 'a b', 'a/b', 'é', 'a\n', '9'.repeat(65)])('refuses %j', (number) => {
    expect(TICKET_NUMBER.test(number)).toBe(false);
  });
});

describe('numberKey', () => {
  it('orders whole numbers by their value', () => {
    fc.assert(fc.property(fc.nat(), fc.nat(), (a, b) => a === b || byKey(String(a), String(b)) === Math.sign(a - b)));
  });

  it('orders as people do', () => {
    expect(['SUP-10', '100', 'sup-9', '9', 'ABC-1', '10'].sort(byKey)).toEqual([
      ...['9', '10', '100', 'ABC-1', 'sup-9', 'SUP-10'],
    ]);
  });
});

describe('parseOrdering', () => {
  it('is newest first where nothing is said', () => {
    for (const text of [undefined, '']) expect(parseOrdering(text)).toEqual({ column: 'timeCreate', descending: true });
  });

  it('knows its columns and no other, not even those of every object', () => {
    expect(parseOrdering('-number')).toEqual({ column: 'numberKey', descending: true });
    expect(parseOrdering('id')).toEqual({ column: 'id', descending: false });
    for (const text of ['note', 'constructor', '--id', '-', 'number; DROP TABLE ticket']) {
      expect(parseOrdering(text)).toBeUndefined();
    }
  });
});

describe('searchTextOf', () => {
  it('is lower case and keeps number and note apart', () => {
    expect(searchTextOf('SUP-1', 'It Crashed')).toBe('sup-1\nit crashed');
  });
});
