/** What settings have in common: each turns a text into a value or throws RangeError, without quoting the text. */

const MIN_SECRET_BYTES = 32;
/** The public default of the original application, and the sample of `.env.example`: known to everybody. */
const PUBLIC_SECRETS = ['j9QGbvM9Z4otb47', 'change-me-to-32-or-more-random-bytes'];

export const text = (value: string): string => value.trim();
export const list = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

export function oneOf<T extends string>(...choices: T[]): (value: string) => T {
  return (value) => {
    const choice = choices.find((known) => known === value.trim().toLowerCase());
    if (choice === undefined) throw new RangeError(`must be one of ${choices.join(', ')}`);
    return choice;
  };
}

export function integer(minimum: number, maximum: number): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
    if (!(number >= minimum && number <= maximum))
      throw new RangeError(`must be a whole number from ${minimum} to ${maximum}`);
    return number;
  };
}

export const boolean = (value: string): boolean => oneOf('true', 'false')(value) === 'true';

export function atLeast(minimum: number, what: string, parse: (value: string) => number): (value: string) => number {
  return (value) => {
    const number = parse(value);
    if (number < minimum) throw new RangeError(`must be at least ${what}`);
    return number;
  };
}

export function secret(value: string): string {
  if (PUBLIC_SECRETS.some((known) => value.includes(known))) throw new RangeError('is a sample that everybody knows');
  if (Buffer.byteLength(value) < MIN_SECRET_BYTES) throw new RangeError(`must have at least ${MIN_SECRET_BYTES} bytes`);
  if (new Set(value).size < 10) throw new RangeError('must be random');
  return value;
}

/** For what a header has to carry as it is. */
export function headerText(value: string): string {
  if (value.trim() !== value || !/^[ -~]+$/.test(value)) {
    throw new RangeError('must be printable ASCII without spaces around it, as a header can carry it');
  }
  return value;
}

export function publicUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    throw new RangeError('must be an http or https URL without query and user');
  }
  return url.href.replace(/\/+$/, '');
}

/** Of an application whose pages, cookies and addresses begin at the root. */
export function rootUrl(value: string): string {
  const url = publicUrl(value);
  if (new URL(url).pathname !== '/') throw new RangeError('must have no path: it needs a host name of its own');
  return url;
}
