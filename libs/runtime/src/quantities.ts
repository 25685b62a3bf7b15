/** Durations and sizes as people write them in settings: `90s`, `24h`, `64MiB`, `10GB`. */

const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  '': 1_000,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const SIZE_UNITS_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `90s`, `15m`, `24h`, `7d` or plain seconds → milliseconds; throws RangeError. */
export function parseDurationMs(text: string): number {
  return parseQuantity(text, DURATION_UNITS_MS, 'a duration such as 90s, 15m, 24h or 7d');
}

/** `64MiB`, `100GiB`, `10GB` or plain bytes → bytes; throws RangeError. */
export function parseSizeBytes(text: string): number {
  return parseQuantity(text, SIZE_UNITS_BYTES, 'a size such as 64MiB, 100GiB or 10GB');
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>, expected: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim());
  const factor = match ? units[match[2] ?? ''] : undefined;
  const value = match && factor !== undefined ? Math.round(Number(match[1]) * factor) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new RangeError(`must be ${expected}`);
  return value;
}
