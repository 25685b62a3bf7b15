import { DAY_MS, type Forecast, type Sample, THRESHOLDS, timeOf, usedOf } from './forecast.js';

/** Seconds, then use, forecast and the two thresholds, in bytes; null where a line does not run. */
export type ChartData = [number[], (number | null)[], (number | null)[], number[], number[]];

/** So much of the past is looked ahead. */
const LOOK_AHEAD = 0.5;

/** The lines of the chart: the samples, and behind the last one the forecast. */
export function chartDataOf(samples: readonly Sample[], forecast: Forecast | undefined): ChartData {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last) return [[], [], [], [], []];
  const times = samples.map((sample) => timeOf(sample) / 1_000);
  const used: (number | null)[] = samples.map(usedOf);
  const expected: (number | null)[] = samples.map((_, index) => (index === samples.length - 1 ? usedOf(last) : null));
  if (forecast) {
    const end = endOf(timeOf(first), last, forecast.bytesPerDay);
    times.push(end.time / 1_000);
    used.push(null);
    expected.push(end.used);
  }
  const line = (share: number): number[] => times.map(() => share * last.total);
  return [times, used, expected, line(THRESHOLDS.warning), line(THRESHOLDS.critical)];
}

/** Where the forecast's line ends: with the time looked ahead, or where the storage would be full or empty. */
function endOf(from: number, last: Sample, bytesPerDay: number): { time: number; used: number } {
  const ahead = (timeOf(last) - from) * LOOK_AHEAD;
  const room = bytesPerDay > 0 ? last.free : -usedOf(last);
  const untilRoomEnds = bytesPerDay === 0 ? Number.POSITIVE_INFINITY : (room / bytesPerDay) * DAY_MS;
  const ms = Math.min(ahead, untilRoomEnds);
  return { time: timeOf(last) + ms, used: usedOf(last) + (bytesPerDay * ms) / DAY_MS };
}
