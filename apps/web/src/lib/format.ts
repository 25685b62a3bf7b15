/** Sizes, speeds and times as a person of the chosen language would write them. */

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Decimal units, three significant digits: `1.85 GB`. */
export function formatBytes(bytes: number, language: string): string {
  const power = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: UNITS[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumSignificantDigits: 3,
  }).format(bytes / 1000 ** power);
}

/** Every byte counted, for a tooltip: `1,852,735,283 bytes`. */
export function formatExactBytes(bytes: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit: 'byte', unitDisplay: 'long' }).format(bytes);
}

export function formatSpeed(bytesPerSecond: number, language: string): string {
  return `${formatBytes(bytesPerSecond, language)}/${new Intl.NumberFormat(language, { style: 'unit', unit: 'second', unitDisplay: 'narrow' }).formatToParts(1).find(({ type }) => type === 'unit')?.value ?? 's'}`;
}

export function formatPercent(share: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

const STEPS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1_000 },
] as const;

const WEEK_MS = 7 * 86_400_000;

/** Relative within a week on either side of `now`, the date beyond it; less than a minute is now. */
export function formatTime(time: string, now: number, language: string): string {
  const distance = Date.parse(time) - now;
  if (Math.abs(distance) > WEEK_MS)
    return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(Date.parse(time));
  const step = STEPS.find(({ unit, ms }) => unit !== 'second' && Math.abs(distance) >= ms);
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  return step ? format.format(Math.round(distance / step.ms), step.unit) : format.format(0, 'second');
}

/** Date, time and zone, for a tooltip and for print. */
export function formatExactTime(time: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'long' }).format(Date.parse(time));
}

/** A duration in its two largest units: `3 min 20 s`. */
export function formatDuration(ms: number, language: string): string {
  let rest = Math.max(0, Math.round(ms / 1_000)) * 1_000;
  const parts: string[] = [];
  for (const { unit, ms: unitMs } of STEPS) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0 || (unit === 'second' && parts.length === 0)) {
      parts.push(new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count));
    }
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** Day, time and zone in short, for what has to be done until then: `Nov 27, 18:00 UTC`. */
export function formatMoment(time: string, language: string): string {
  return new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZoneName: 'short',
  }).format(Date.parse(time));
}
