/** Sizes, speeds and times as a person of the chosen language would write them. */

/** Each format is kept: making one takes longer than everything else about a row of a table. */
function kept<Options, Format>(Kind: new (language: string, options: Options) => Format) {
  const formats = new Map<string, Format>();
  return (language: string, options: Options): Format => {
    const key = `${language} ${JSON.stringify(options)}`;
    const format = formats.get(key) ?? new Kind(language, options);
    formats.set(key, format);
    return format;
  };
}

const numbers = kept<Intl.NumberFormatOptions, Intl.NumberFormat>(Intl.NumberFormat);
const dates = kept<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>(Intl.DateTimeFormat);
const distances = kept<Intl.RelativeTimeFormatOptions, Intl.RelativeTimeFormat>(Intl.RelativeTimeFormat);

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Decimal units, three significant digits: `1.85 GB`. */
export function formatBytes(bytes: number, language: string): string {
  // As it will be read: 999,999 bytes are 1 MB, not 1,000 kB.
  const rounded = Number(bytes.toPrecision(3));
  const power = Math.min(UNITS.length - 1, rounded < 1 ? 0 : Math.floor(Math.log10(rounded) / 3));
  return numbers(language, {
    style: 'unit',
    unit: UNITS[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumSignificantDigits: 3,
  }).format(bytes / 1000 ** power);
}

/** Every byte counted, for a tooltip: `1,852,735,283 bytes`. */
export function formatExactBytes(bytes: number, language: string): string {
  return numbers(language, { style: 'unit', unit: 'byte', unitDisplay: 'long' }).format(bytes);
}

export function formatSpeed(bytesPerSecond: number, language: string): string {
  return `${formatBytes(bytesPerSecond, language)}/${
    numbers(language, { style: 'unit', unit: 'second', unitDisplay: 'narrow' })
      .formatToParts(1)
      .find(({ type }) => type === 'unit')?.value ?? 's'
  }`;
}

/** Whole percents that have been reached: 100 % is all of it, and a threshold is not shown before it holds. */
export function formatPercent(share: number, language: string): string {
  return numbers(language, { style: 'percent', maximumFractionDigits: 0, roundingMode: 'floor' }).format(share);
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
  if (Math.abs(distance) > WEEK_MS) return dates(language, { dateStyle: 'medium' }).format(Date.parse(time));
  const step = STEPS.find(({ unit, ms }) => unit !== 'second' && Math.abs(distance) >= ms);
  const format = distances(language, { numeric: 'auto' });
  return step ? format.format(Math.round(distance / step.ms), step.unit) : format.format(0, 'second');
}

/** Date, time and zone, for a tooltip and for print. */
export function formatExactTime(time: string, language: string): string {
  return dates(language, { dateStyle: 'long', timeStyle: 'long' }).format(Date.parse(time));
}

/** A duration in its two largest units: `3 min 20 s`. */
export function formatDuration(ms: number, language: string): string {
  let rest = Math.max(0, Math.round(ms / 1_000)) * 1_000;
  const parts: string[] = [];
  for (const { unit, ms: unitMs } of STEPS) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0 || (unit === 'second' && parts.length === 0)) {
      parts.push(numbers(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count));
    }
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** Day, time and zone in short, for what has to be done until then: `Nov 27, 18:00 UTC`. */
export function formatMoment(time: string, language: string): string {
  return dates(language, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZoneName: 'short',
  }).format(Date.parse(time));
}
