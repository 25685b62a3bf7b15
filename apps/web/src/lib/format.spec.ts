import { describe, expect, it } from '@jest/globals';
import { formatBytes, formatDuration, formatExactBytes, formatTime } from './format.js';

describe('Sizes and times', () => {
  it('are said in the language that is asked for, whatever was asked for before', () => {
    const said = ['en', 'ru', 'en', 'ru'].map((language) => formatBytes(1_852_735_283, language));
    expect(said).toEqual(['1.85 GB', '1,85 ГБ', '1.85 GB', '1,85 ГБ']);
  });

  it('have the unit of each size', () => {
    const sizes = [0, 1, 999, 1_000, 2_500_000].map((bytes) => formatBytes(bytes, 'en'));
    expect(sizes).toEqual(['0 bytes', '1 byte', '999 bytes', '1 kB', '2.5 MB']);
    expect(formatExactBytes(1_852_735_283, 'en')).toBe('1,852,735,283 bytes');
  });

  it('have the two largest units of a duration', () => {
    expect(formatDuration(200_000, 'en')).toBe('3 min 20 sec');
    expect(formatDuration(90_061_000, 'en')).toBe('1 day 1 hr');
  });

  it('are relative within a week and dates beyond it', () => {
    const now = Date.parse('2026-11-26T12:00:00Z');
    expect(formatTime('2026-11-26T11:56:00Z', now, 'en')).toBe('4 minutes ago');
    expect(formatTime('2026-11-26T11:59:40Z', now, 'en')).toBe('now');
    expect(formatTime('2026-11-01T12:00:00Z', now, 'en')).toBe('Nov 1, 2026');
  });
});
