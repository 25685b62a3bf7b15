/** RFC 3339, section 5.6, without leap seconds (RFC 5424, section 6.2.3.1, forbids them). */
const TIMESTAMP =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d+))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** TIME-SECFRAC of RFC 5424 has at most six digits. */
const MAX_FRACTION_DIGITS = 6;

/**
 * The TIMESTAMP of a syslog packet: at most six fractional digits, cut and not rounded, without trailing zeros, with the
 * offset that the source gave. Undefined for what RFC 3339 does not allow.
 */
export function syslogTimestamp(text: string): string | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [, date = '', time = '', fraction, offset = ''] = match;
  if (!isDayOfCalendar(date)) return undefined;
  return `${date}T${time}${shortFraction(fraction)}${offset === 'z' ? 'Z' : offset}`;
}

/**
 * The text, where it is a time that a packet can carry, else `otherwise`. With the upper-case `T` and `Z` that RFC 3339
 * leaves open, as `Date` reads other spellings by rules of its own, and some not at all.
 */
export function timeOr(text: unknown, otherwise: string): string {
  if (typeof text !== 'string' || syslogTimestamp(text) === undefined) return otherwise;
  return `${text.slice(0, 10)}T${text.slice(11).toUpperCase()}`;
}

function shortFraction(digits: string | undefined): string {
  if (digits === undefined) return '';
  let end = Math.min(digits.length, MAX_FRACTION_DIGITS);
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return end === 0 ? '' : `.${digits.slice(0, end)}`;
}

/** Only the last days of a month can be wrong by now. */
function isDayOfCalendar(date: string): boolean {
  const day = Number(date.slice(8));
  return day <= 28 || new Date(`${date}T00:00:00Z`).getUTCDate() === day;
}
