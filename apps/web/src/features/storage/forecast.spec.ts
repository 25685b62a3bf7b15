import { describe, expect, it } from '@jest/globals';
import { chartDataOf } from './chart-data.js';
import { DAY_MS, dailyOf, forecastOf, type Sample } from './forecast.js';

const START = Date.UTC(2025, 10, 1, 12);
const TOTAL = 1_000;

function sample(day: number, used: number, total = TOTAL): Sample {
  const time = new Date(START + day * DAY_MS).toISOString();
  return { time, total, free: total - used, archives_bytes: used, archives_count: 1 };
}

describe('forecastOf', () => {
  it('follows steady growth to both thresholds', () => {
    const forecast = forecastOf([0, 1, 2, 3, 4, 5].map((day) => sample(day, 500 + 10 * day)));
    expect(forecast?.bytesPerDay).toBeCloseTo(10);
    // 750 is 200 above the last sample's 550, 900 is 350.
    expect(forecast?.reachedAt.warning).toBeCloseTo(START + 25 * DAY_MS, -3);
    expect(forecast?.reachedAt.critical).toBeCloseTo(START + 40 * DAY_MS, -3);
  });

  it('has nothing to say about a threshold that is passed', () => {
    expect(forecastOf([sample(0, 760), sample(2, 780)])?.reachedAt).toEqual({ critical: expect.any(Number) });
    expect(forecastOf([sample(0, 950), sample(2, 960)])?.reachedAt).toEqual({});
  });

  it.each([
    ['nothing', []],
    ['one sample', [sample(0, 10)]],
    ['less than a day', [sample(0, 10), sample(0.9, 500)]],
  ])('is not made from %s', (_, samples) => {
    expect(forecastOf(samples)).toBeUndefined();
  });

  it('reaches nothing where use stands still, falls, or grows too slowly to tell', () => {
    expect(forecastOf([sample(0, 100), sample(3, 100)])).toEqual({ bytesPerDay: 0, reachedAt: {} });
    expect(forecastOf([sample(0, 300), sample(3, 100)])?.reachedAt).toEqual({});
    expect(forecastOf([sample(0, 100), sample(10, 101)])?.reachedAt).toEqual({});
  });

  it('judges by the size that the storage has now', () => {
    const grown = forecastOf([sample(0, 600, 1_000), sample(10, 700, 2_000)]);
    expect(grown?.reachedAt.warning).toBeCloseTo(START + 90 * DAY_MS, -3);
  });
});

describe('dailyOf', () => {
  it('keeps the last sample of each day, newest first', () => {
    const samples = [sample(0, 1), sample(0.1, 2), sample(1, 3), sample(1.1, 4), sample(2, 5)];
    expect(dailyOf(samples).map(({ archives_bytes }) => archives_bytes)).toEqual([5, 4, 2]);
  });
});

describe('chartDataOf', () => {
  it('lays the forecast behind the last sample, half as far as the past reaches', () => {
    const samples = [sample(0, 100), sample(2, 200), sample(4, 300)];
    const [times, used, expected, warning, critical] = chartDataOf(samples, forecastOf(samples));
    expect(times.map((time) => (time * 1_000 - START) / DAY_MS)).toEqual([0, 2, 4, 6]);
    expect(used).toEqual([100, 200, 300, null]);
    expect(expected).toEqual([null, null, 300, 400]);
    expect(warning).toEqual([750, 750, 750, 750]);
    expect(critical).toEqual([900, 900, 900, 900]);
  });

  it('ends the forecast where the storage is full, or empty', () => {
    const filling = [sample(0, 100), sample(10, 900)];
    expect(chartDataOf(filling, forecastOf(filling))[2].at(-1)).toBeCloseTo(TOTAL);
    const emptying = [sample(0, 900), sample(10, 100)];
    const [times, , expected] = chartDataOf(emptying, forecastOf(emptying));
    expect(expected.at(-1)).toBeCloseTo(0);
    expect(((times.at(-1) ?? 0) * 1_000 - START) / DAY_MS).toBeCloseTo(11.25);
  });

  it('has no forecast without history, and no lines without samples', () => {
    expect(chartDataOf([sample(0, 100)], undefined)[0]).toHaveLength(1);
    expect(chartDataOf([], undefined)).toEqual([[], [], [], [], []]);
  });
});
