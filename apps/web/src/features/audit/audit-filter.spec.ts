import { describe, expect, it } from '@jest/globals';
import { apiQueryOf, changed, exportHref, filterOf, parametersOf } from './audit-filter.js';

describe('The filter of the trail', () => {
  const address = 'actor=anna&action=ticket.&kind=ticket&target=SUP-1&from=2025-11-01&to=2025-11-20&cursor=abc';

  it('comes from the address and goes back into it', () => {
    const filter = filterOf(new URLSearchParams(address));
    expect(filter).toEqual({
      ...{ actor: 'anna', action: 'ticket.', kind: 'ticket', target: 'SUP-1' },
      ...{ from: '2025-11-01', to: '2025-11-20', cursor: 'abc' },
    });
    expect(parametersOf(filter).toString()).toBe(address);
  });

  it.each(['', 'actor=%20', 'from=yesterday', 'to=2025-13-45', 'other=1'])(
    'leaves out what says nothing: %j',
    (text) => {
      expect(filterOf(new URLSearchParams(text))).toEqual({});
    },
  );

  it('begins at the first page when something changes', () => {
    expect(changed({ actor: 'anna', cursor: 'abc' }, { kind: 'user' })).toEqual({ actor: 'anna', kind: 'user' });
  });

  it('takes both days as a whole, in the viewer’s zone', () => {
    const { time__gte, time__lte } = apiQueryOf({ from: '2025-11-01', to: '2025-11-01' });
    expect(Date.parse(time__lte ?? '') - Date.parse(time__gte ?? '')).toBe(24 * 3_600_000 - 1);
    expect(new Date(time__gte ?? '').getHours()).toBe(0);
  });

  it('exports all pages', () => {
    expect(exportHref({ actor: 'a b', kind: 'user', cursor: 'abc' }, 'csv')).toBe(
      '/api/v1/audit?actor=a+b&target_kind=user&format=csv',
    );
  });
});
