import { describe, expect, it } from '@jest/globals';
import { filtersOf, isNarrowed, paramsOf, queryOf } from './archive-filters.js';

describe('archive filters', () => {
  it('survive the way through the address', () => {
    const filters = { name: 'core dump', ticket: 'SUP-1', sha256: '', platform: 'vm', cursor: undefined };
    expect(filtersOf(paramsOf(filters))).toEqual(filters);
    expect(isNarrowed(filters)).toBe(true);
  });

  it('ask for nothing that is not chosen', () => {
    const none = filtersOf(new URLSearchParams());
    expect(queryOf(none)).toEqual({});
    expect(isNarrowed(none)).toBe(false);
    expect(paramsOf(none).toString()).toBe('');
  });

  it('take a digest as it is pasted', () => {
    expect(queryOf(filtersOf(new URLSearchParams('sha256=SHA256:9F86')))).toEqual({ sha256: '9f86' });
    expect(queryOf(filtersOf(new URLSearchParams('sha256=9f86d0…')))).toEqual({ sha256: '9f86d0' });
  });
});
