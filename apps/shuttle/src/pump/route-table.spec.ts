import { describe, expect, it } from '@jest/globals';
import { RouteTable } from './route-table.js';

describe('RouteTable', () => {
  const table = new RouteTable([
    [{ kind: 'app', app: 'ab', space: 'c' }, 1],
    [{ kind: 'app', app: 'a', space: 'bc' }, 2],
    [{ kind: 'app', app: 'ab', space: 'c' }, 3],
    [{ kind: 'site', site: 'ab-c' }, 4],
    [{ kind: 'app', app: '__proto__', space: 'constructor' }, 5],
  ]);

  it('never gives the logs of app a in space bc to app ab in space c', () => {
    expect(table.of({ kind: 'app', app: 'ab', space: 'c' })).toEqual([1, 3]);
    expect(table.of({ kind: 'app', app: 'a', space: 'bc' })).toEqual([2]);
    expect(table.of({ kind: 'site', site: 'ab-c' })).toEqual([4]);
  });

  it('has nobody for who is not in it, whatever the name', () => {
    expect(table.of({ kind: 'app', app: 'ab', space: '' })).toEqual([]);
    expect(table.of({ kind: 'app', app: 'toString', space: 'c' })).toEqual([]);
    expect(table.of({ kind: 'app', app: '__proto__', space: 'constructor' })).toEqual([5]);
    expect(table.of({ kind: 'site', site: 'ab' })).toEqual([]);
  });
});
