/** Headers of tar archives: ustar, with pax records for what does not fit there (IEEE Std 1003.1, utility pax). */

export const TAR_BLOCK = 512;
/** Two blocks of zeroes end an archive. */
export const TAR_END_BYTES = 2 * TAR_BLOCK;

const NAME_BYTES = 100;
/** Eleven octal digits. */
const LARGEST_SIZE = 8 ** 11 - 1;
const MODE = 0o644;

export interface TarEntry {
  /** With `/` between its parts, relative. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Whole seconds since 1970. */
  readonly modifiedAt: number;
}

const encoder = new TextEncoder();

/** What stands before the bytes of a file: one block, or more where its path or its size needs pax records. */
export function tarHeader({ path, size, modifiedAt }: TarEntry): Uint8Array<ArrayBuffer> {
  const records: string[] = [];
  if (!isPlain(path)) records.push(paxRecord('path', path));
  if (size > LARGEST_SIZE) records.push(paxRecord('size', String(size)));
  const plain = block(shortName(path), size > LARGEST_SIZE ? 0 : size, modifiedAt, '0');
  if (records.length === 0) return plain;
  const pax = encoder.encode(records.join(''));
  const header = new Uint8Array(TAR_BLOCK + pax.length + paddingOf(pax.length) + TAR_BLOCK);
  header.set(block('PaxHeader', pax.length, modifiedAt, 'x'), 0);
  header.set(pax, TAR_BLOCK);
  header.set(plain, header.length - TAR_BLOCK);
  return header;
}

/** How many zeroes follow the bytes of a file, up to the next block. */
export function paddingOf(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

/** "length keyword=value\n", where the length counts itself too. */
export function paxRecord(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  const bytes = encoder.encode(rest).length;
  let length = bytes + String(bytes).length;
  if (String(length).length > String(bytes).length) length = bytes + String(length).length;
  return `${length}${rest}`;
}

/** Fits into the name field as it is. */
function isPlain(path: string): boolean {
  return /^[ -~]+$/.test(path) && path.length <= NAME_BYTES;
}

/** For programs that know no pax: better some name than none. */
function shortName(path: string): string {
  return isPlain(path) ? path : path.replace(/[^ -~]/gu, '_').slice(-NAME_BYTES);
}

function block(name: string, size: number, modifiedAt: number, type: '0' | 'x'): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(TAR_BLOCK);
  const put = (offset: number, text: string): void => bytes.set(encoder.encode(text), offset);
  put(0, name);
  put(100, octal(MODE, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  put(124, octal(size, 12));
  put(136, octal(Math.min(Math.max(0, Math.floor(modifiedAt)), LARGEST_SIZE), 12));
  // The checksum counts its own field as spaces.
  put(148, ' '.repeat(8));
  put(156, type);
  put(257, 'ustar\0');
  put(263, '00');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return bytes;
}

/** Digits that fill a field of so many bytes but for the zero at its end. */
function octal(value: number, bytes: number): string {
  return `${value.toString(8).padStart(bytes - 1, '0')}\0`;
}
