import { describe, expect, it } from '@jest/globals';
import { changesOf, collides } from './ticket-edit.js';

const BASE = { number: 'SUP-1', platform: 'vm' };

describe('Editing a ticket', () => {
  it('sends only what was changed', () => {
    expect(changesOf(BASE, BASE)).toEqual({});
    expect(changesOf(BASE, { ...BASE, platform: 'dci' })).toEqual({ platform: 'dci' });
    expect(changesOf(BASE, { number: 'SUP-2', platform: 'dci' })).toEqual({ number: 'SUP-2', platform: 'dci' });
  });

  it.each([
    ['somebody edited something else', { ...BASE, number: 'SUP-2' }, BASE, false],
    ['somebody edited the other field', { ...BASE, number: 'SUP-2' }, { ...BASE, platform: 'dci' }, false],
    ['somebody made the same change', { ...BASE, number: 'SUP-2' }, { ...BASE, number: 'SUP-2' }, false],
    ['somebody made another change', { ...BASE, number: 'SUP-2' }, { ...BASE, number: 'SUP-3' }, true],
    ['both fields, one of them by both', { number: 'SUP-2', platform: 'dci' }, { ...BASE, platform: 'dns' }, true],
  ])('collides only where both have changed the same: %s', (_case, mine, theirs, expected) => {
    expect(collides(BASE, mine, theirs)).toBe(expected);
  });
});
