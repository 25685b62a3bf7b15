import { describe, expect, it } from '@jest/globals';
import {
  countNarrowing,
  DEFAULTS,
  filtersOf,
  isNarrowed,
  paramsOf,
  queryOf,
  type TicketFilters,
} from './ticket-filters.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const narrowed: TicketFilters = {
  search: 'disk full',
  platform: 'vmmanager-6',
  state: 'all',
  isMine: true,
  period: 'week',
  order: 'number',
  cursor: undefined,
};

describe('ticket filters', () => {
  it('leaves the address alone where everything is as usual', () => {
    expect(paramsOf(DEFAULTS).toString()).toBe('');
    expect(filtersOf(new URLSearchParams())).toEqual(DEFAULTS);
  });

  it('survives the way through the address', () => {
    expect(filtersOf(paramsOf(narrowed))).toEqual(narrowed);
  });

  it('takes what it does not know for the usual', () => {
    expect(filtersOf(new URLSearchParams('state=lost&order=colour&period=aeon&mine=perhaps'))).toEqual(DEFAULTS);
  });

  it('asks the API for exactly what is chosen', () => {
    expect(queryOf(DEFAULTS, 'anna', NOW)).toEqual({ ordering: '-time_update', resolved: false });
    expect(queryOf(narrowed, 'anna', NOW)).toEqual({
      ordering: 'number',
      search: 'disk full',
      platform: 'vmmanager-6',
      user: 'anna',
      time_create__gte: '2026-11-13T12:00:00.000Z',
    });
  });

  it('knows when something is hidden', () => {
    expect(isNarrowed(DEFAULTS)).toBe(false);
    expect(isNarrowed({ ...DEFAULTS, search: 'x' })).toBe(true);
  });

  it('counts what is chosen behind the button of a phone', () => {
    expect(countNarrowing({ ...DEFAULTS, search: 'x', order: 'number' })).toBe(0);
    expect(countNarrowing(narrowed)).toBe(4);
  });
});
