/**
 * RFC 3339, section 5.6, without leap seconds (RFC 5424, section 6.2.3.1, forbids them) and without years from 2100 on: they
 * are a broken clock's, and rsyslog takes the whole header of such a packet for text.
 */
const TIMESTAMP =
  /^(?:[01]\d|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** As a packet has it, so that it need not be put together anew: most are. */
const WRITTEN_OUT = /^.{10}T.{8}(?:\.\d{0,5}[1-9])?(?:Z|[+-]\d\d:\d\d)$/;

/** Where its parts are; a fraction may be missing. */
const DATE_LENGTH = 'yyyy-mm-dd'.length;
const SECONDS_END = 'yyyy-mm-ddThh:mm:ss'.length;
const FRACTION_AT = SECONDS_END + 1;
const OFFSET_LENGTH = '+hh:mm'.length;

/** TIME-SECFRAC of RFC 5424 has at most six digits. */
const MAX_FRACTION_DIGITS = 6;

/**
 * The TIMESTAMP of a syslog packet: at most six fractional digits, cut and not rounded, without trailing zeros, with the
 * offset that the source gave. Undefined for what RFC 3339 does not allow.
 */
export function syslogTimestamp(text: string): string | undefined {
  if (!isTimestamp(text)) return undefined;
  if (WRITTEN_OUT.test(text)) return text;
  const isUtc = /[Zz]$/.test(text);
  const offsetAt = text.length - (isUtc ? 1 : OFFSET_LENGTH);
  const fraction = shortFraction(text.slice(FRACTION_AT, offsetAt));
  return `${text.slice(0, DATE_LENGTH)}T${text.slice(DATE_LENGTH + 1, SECONDS_END)}${fraction}${isUtc ? 'Z' : text.slice(offsetAt)}`;
}

/**
 * The value, where it is a time that a packet can carry. With the upper-case `T` and `Z` that RFC 3339 leaves open, as
 * `Date` reads other spellings by rules of its own, and some not at all.
 */
export function asTime(value: unknown): string | undefined {
  if (typeof value !== 'string' || !isTimestamp(value)) return undefined;
  return `${value.slice(0, DATE_LENGTH)}T${value.slice(DATE_LENGTH + 1).toUpperCase()}`;
}

/** Whether a packet can carry the time, and `Date` reads it. */
export function isTimestamp(text: string): boolean {
  return TIMESTAMP.test(text) && isDayOfCalendar(text.slice(0, DATE_LENGTH));
}

function shortFraction(digits: string): string {
  let end = Math.min(digits.length, MAX_FRACTION_DIGITS);
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return end === 0 ? '' : `.${digits.slice(0, end)}`;
}

/** Only the last days of a month can be wrong by now. */
function isDayOfCalendar(date: string): boolean {
  const day = Number(date.slice(8));
  return day <= 28 || new Date(`${date}T00:00:00Z`).getUTCDate() === day;
}
