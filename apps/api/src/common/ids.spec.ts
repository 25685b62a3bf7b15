import { describe, expect, it } from '@jest/globals';
import { Clock } from './clock.js';
import { Ids } from './ids.js';

describe('Ids', () => {
  const clock = new Clock();
  clock.now = () => Date.UTC(2026, 10, 20);
  const ids = new Ids(clock);

  it('sort by the order of their making, within a millisecond too', () => {
    const made = Array.from({ length: 2_000 }, () => ids.next());
    expect(made).toEqual([...made].sort());
    clock.now = () => Date.UTC(2026, 10, 20) + 1;
    expect(ids.next() > (made.at(-1) ?? '')).toBe(true);
  });

  it('are UUIDs of version 7 that nobody can foresee', () => {
    const made = new Set(Array.from({ length: 5_000 }, () => ids.next()));
    expect(made.size).toBe(5_000);
    for (const id of made) expect(id).toMatch(/^01a1f640-bc01-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set([...made].map((id) => id.slice(-12))).size).toBe(5_000);
  });
});
