import type { Schema } from '@logs-collector/api-client/client';

export type Sample = Schema<'StorageSampleView'>;

/** As the API judges: the share in use from which the storage is called so. */
export const THRESHOLDS = { warning: 0.75, critical: 0.9 } as const;
export type Threshold = keyof typeof THRESHOLDS;

export const DAY_MS = 24 * 60 * 60 * 1_000;
/** From less than this, one large upload would look like a trend. */
const LEAST_SPAN_MS = DAY_MS;
/** Beyond it, a straight line is no forecast any more. */
const HORIZON_MS = 730 * DAY_MS;

export interface Forecast {
  /** Negative where the storage empties. */
  readonly bytesPerDay: number;
  /** When each threshold is reached at this pace; left out where it is passed already, or not within two years. */
  readonly reachedAt: Readonly<Partial<Record<Threshold, number>>>;
}

export function usedOf({ total, free }: Sample): number {
  return total - free;
}

/** A straight line through the samples (least squares), laid through the last one. */
export function forecastOf(samples: readonly Sample[]): Forecast | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || timeOf(last) - timeOf(first) < LEAST_SPAN_MS) return undefined;
  const perMs = slopeOf(samples.map((sample) => [timeOf(sample) - timeOf(first), usedOf(sample)]));
  const reachedAt: Partial<Record<Threshold, number>> = {};
  for (const [name, share] of [
    ['warning', THRESHOLDS.warning],
    ['critical', THRESHOLDS.critical],
  ] as const) {
    const missing = share * last.total - usedOf(last);
    const inMs = missing / perMs;
    if (missing > 0 && perMs > 0 && inMs <= HORIZON_MS) reachedAt[name] = timeOf(last) + inMs;
  }
  return { bytesPerDay: perMs * DAY_MS, reachedAt };
}

/** The last sample of each day of the viewer's calendar, newest first: for a table that can be read. */
export function dailyOf(samples: readonly Sample[]): Sample[] {
  const byDay = new Map<string, Sample>();
  for (const sample of samples) byDay.set(new Date(sample.time).toDateString(), sample);
  return [...byDay.values()].reverse();
}

export function timeOf({ time }: Sample): number {
  return Date.parse(time);
}

function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return below === 0 ? 0 : above / below;
}
