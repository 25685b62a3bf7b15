import { describe, expect, it } from '@jest/globals';
import { formatBytes, formatDuration, formatExactBytes, formatPercent, formatTime } from './format.js';

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

describe('Sizes and durations', () => {
  it('are said in the language that is asked for, whatever was asked for before', () => {
    const said = ['en', 'ru', 'en', 'ru'].map((language) => formatBytes(1_852_735_283, language));
    expect(said).toEqual(['1.85 GB', '1,85 ГБ', '1.85 GB', '1,85 ГБ']);
  });

  it('have the unit of each size', () => {
    const sizes = [0, 1, 999, 1_000, 2_500_000].map((bytes) => formatBytes(bytes, 'en'));
    expect(sizes).toEqual(['0 bytes', '1 byte', '999 bytes', '1 kB', '2.5 MB']);
    expect(formatExactBytes(1_852_735_283, 'en')).toBe('1,852,735,283 bytes');
  });

  it('are in the next unit where the last would be a thousand', () => {
    expect([999_499, 999_500, 999_999_999].map((bytes) => formatBytes(bytes, 'en'))).toEqual([
      '999 kB',
      '1 MB',
      '1 GB',
    ]);
  });

  it('are 100 % of something when nothing is missing, and no percent is said before it is reached', () => {
    expect([0.996, 1, 0.749, 0.75, 0.29].map((share) => formatPercent(share, 'en'))).toEqual([
      ...['99%', '100%', '74%', '75%', '29%'],
    ]);
  });

  it('have the two largest units of a duration', () => {
    expect(formatDuration(200_000, 'en')).toBe('3 min 20 sec');
    expect(formatDuration(90_061_000, 'en')).toBe('1 day 1 hr');
  });
});
