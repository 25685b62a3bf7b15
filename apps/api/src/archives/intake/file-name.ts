/** Longest name in bytes of UTF-8; what common file systems allow. */
const MAX_NAME_BYTES = 255;
const MAX_EXTENSION_BYTES = 32;

/** C0, DEL, C1, line and paragraph separators, and the marks that reorder text on a screen (Unicode Bidi_Control). */
const INVISIBLE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A customer's name for a file, as it may be shown and sent again: the last part of a path, in NFC, without characters
 * that control or reorder, at most 255 bytes, its extension kept. Undefined where nothing is left of it.
 * It is shown and sent, never used as a path.
 */
export function cleanFileName(given: string): string | undefined {
  const visible = given.toWellFormed().normalize('NFC').replace(INVISIBLE, '');
  const base = visible.split(/[/\\]/).at(-1)?.trim() ?? '';
  if (base === '' || /^\.+$/.test(base)) return undefined;
  return shorten(base);
}

/**
 * The name of something that came without one, for example `stdin-20261120T184500.123Z`: the time in the basic format of
 * ISO 8601, to the millisecond, so that two that began in the same second can be told apart.
 */
export function nameByTime(prefix: string, now: number): string {
  return `${prefix}-${new Date(now).toISOString().replace(/[-:]/g, '')}`;
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= MAX_EXTENSION_BYTES ? name.slice(dot) : '';
  let kept = '';
  let bytes = Buffer.byteLength(extension);
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_NAME_BYTES) break;
    kept += character;
  }
  return kept + extension;
}
