import { isTimestamp } from '../timestamp.js';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const CLOCK = String.raw`(\d\d):(\d\d):(\d\d)`;
const FRACTION = String.raw`(?:[.,](\d{1,9}))?`;
/** Times stand at the beginning; what comes later is the message's own. */
const SEARCHED_CHARACTERS = 256;
const DAY_MS = 86_400_000;
/** Numbers at the beginning of lines are times only from 2001 to 2100. */
const MIN_EPOCH_S = 1e9;
const MAX_EPOCH_S = 4_102_444_800;

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly clock: readonly [string, string, string];
  readonly fraction?: string | undefined;
  /** `Z`, `+02:00`, `+0200`; UTC where there is none. */
  readonly offset?: string | undefined;
}

/** RFC 3339 at the very beginning, as it is answered. */
const WRITTEN_OUT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)(?![\d:])/;
const SECONDS_END = 'yyyy-mm-ddThh:mm:ss'.length;
const OFFSET_LENGTH = '+hh:mm'.length;

type Reader = (line: string, nearMs: number) => string | undefined;

/** RFC 3164 §4.1.2, with the priority before it or without. It has no year. */
const SYSLOG = new RegExp(String.raw`^(?:<\d{1,3}>)?${MONTH} {1,2}(\d{1,2}) ${CLOCK}`);
/** Seconds or milliseconds, also in brackets and as the Linux audit log has them. */
const EPOCH = /^(?:type=\S+ msg=audit\(|\[)?(\d{10})(\d{3})?(?:\.(\d{1,9}))?(?=$|[\s\]:,;|)])/;
/** RFC 3339 and ISO 8601, with a comma, a space or nothing after the seconds as many loggers write it; nginx's errors with slashes. */
const ISO = new RegExp(
  String.raw`(?<!\d)(\d{4})([-/])(\d\d)\2(\d\d)[Tt ]${CLOCK}${FRACTION} ?(Z|z|[+-]\d\d:?\d\d)?(?![\d:])`,
);
/** Access logs of Apache and nginx. */
const COMMON_LOG = new RegExp(String.raw`\[(\d\d)/${MONTH}/(\d{4}):${CLOCK} ([+-]\d{4})\]`);
/** Error logs of Apache. */
const APACHE_ERROR = new RegExp(String.raw`^\[[A-Z][a-z]{2} ${MONTH} (\d\d) ${CLOCK}${FRACTION} (\d{4})\]`);

const READERS: readonly Reader[] = [
  (line, nearMs) => {
    const [, month = '', day, ...clock] = SYSLOG.exec(line) ?? [];
    return day === undefined
      ? undefined
      : yearless({ month: monthOf(month), day: Number(day), clock: clockOf(clock) }, nearMs);
  },
  (line) => {
    const [, seconds, milliseconds, fraction] = EPOCH.exec(line) ?? [];
    return seconds === undefined ? undefined : epochTime(Number(seconds), fraction ?? milliseconds);
  },
  (line) => {
    const [, month = '', day, hours, minutes, seconds, fraction, year] = APACHE_ERROR.exec(line) ?? [];
    const clock = clockOf([hours, minutes, seconds]);
    return year === undefined
      ? undefined
      : written({ year: Number(year), month: monthOf(month), day: Number(day), clock, fraction });
  },
  (line) => {
    const [, day, month = '', year, hours, minutes, seconds, offset] = COMMON_LOG.exec(line) ?? [];
    const clock = clockOf([hours, minutes, seconds]);
    return year === undefined
      ? undefined
      : written({ year: Number(year), month: monthOf(month), day: Number(day), clock, offset });
  },
  (line) => {
    const [, year, , month, day, hours, minutes, seconds, fraction, offset] = ISO.exec(line) ?? [];
    const clock = clockOf([hours, minutes, seconds]);
    return year === undefined
      ? undefined
      : written({ year: Number(year), month: Number(month), day: Number(day), clock, fraction, offset });
  },
];

/**
 * The time that a line of a log begins with, or carries near its beginning, as RFC 3339; undefined where there is none.
 * Without an offset it is taken for UTC.
 * @param nearMs Epoch ms: about when the log was written; a time without a year is of the last year before the next day.
 */
export function detectTimestamp(line: string, nearMs: number): string | undefined {
  if (WRITTEN_OUT.test(line)) {
    const time = line.slice(0, endOfTime(line));
    if (isTimestamp(time)) return time;
  }
  const head = line.slice(0, SEARCHED_CHARACTERS);
  for (const read of READERS) {
    const time = read(head, nearMs);
    if (time !== undefined) return time;
  }
  return undefined;
}

/** Where the time ends that the line begins with. */
function endOfTime(line: string): number {
  let at = SECONDS_END;
  while (line[at] === '.' || isDigit(line.charCodeAt(at))) at += 1;
  return at + (line[at] === 'Z' ? 1 : OFFSET_LENGTH);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function yearless(parts: Omit<Parts, 'year'>, nearMs: number): string | undefined {
  const latest = new Date(nearMs + DAY_MS).getUTCFullYear();
  return [latest, latest - 1]
    .map((year) => written({ ...parts, year }))
    .find((time) => time !== undefined && Date.parse(time) <= nearMs + DAY_MS);
}

function epochTime(seconds: number, fraction: string | undefined): string | undefined {
  if (seconds < MIN_EPOCH_S || seconds > MAX_EPOCH_S) return undefined;
  const time = new Date(seconds * 1_000).toISOString().slice(0, 19);
  return `${time}${fraction === undefined ? '' : `.${fraction}`}Z`;
}

/** Undefined for what no calendar and no clock has. */
function written({ year, month, day, clock, fraction, offset = 'Z' }: Parts): string | undefined {
  const pad = (value: number) => String(value).padStart(2, '0');
  const date = `${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}`;
  const zone = /^[+-]\d{4}$/.test(offset) ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase();
  const time = `${date}T${clock.join(':')}${fraction === undefined ? '' : `.${fraction}`}${zone}`;
  const [hours = '', minutes = '', seconds = ''] = clock;
  const isOfClock = Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60;
  const isOfCalendar = day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
  return isOfClock && isOfCalendar && !Number.isNaN(Date.parse(time)) ? time : undefined;
}

function clockOf([hours = '', minutes = '', seconds = '']: readonly (string | undefined)[]): Parts['clock'] {
  return [hours, minutes, seconds];
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.toLowerCase()) + 1;
}
