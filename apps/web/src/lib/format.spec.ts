import { describe, expect, it } from '@jest/globals';
import { formatTime } from './format.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');

function ago(ms: number, language = 'en'): string {
  return formatTime(new Date(NOW - ms).toISOString(), NOW, language);
}

describe('A time, relative to now', () => {
  it('counts no seconds, which a clock that steps twice a minute does not know', () => {
    expect(ago(0)).toBe('now');
    expect(ago(59_000)).toBe('now');
    expect(ago(59_000, 'ru')).toBe('сейчас');
    expect(ago(60_000)).toBe('1 minute ago');
  });

  it('is in the unit that a person would say, and a date beyond a week', () => {
    expect(ago(-3 * 86_400_000)).toBe('in 3 days');
    expect(ago(5 * 3_600_000, 'ru')).toBe('5 часов назад');
    expect(ago(8 * 86_400_000)).toBe('Nov 12, 2026');
  });
});
