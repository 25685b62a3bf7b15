/** How a text is compressed. */
export type Compression = 'none' | 'gzip' | 'zstd';

interface Signature {
  readonly bytes: readonly number[];
  readonly offset?: number;
  readonly what: string;
}

/** RFC 1952 §2.3.1, RFC 8878 §3.1.1. */
const COMPRESSIONS: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

const OTHERS: readonly Signature[] = [
  { bytes: ascii('PK\x03\x04'), what: 'a ZIP archive of several files' },
  { bytes: ascii('PK\x05\x06'), what: 'an empty ZIP archive' },
  { bytes: ascii('ustar'), offset: 257, what: 'a tar archive of several files' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], what: 'a 7-Zip archive' },
  { bytes: ascii('Rar!'), what: 'a RAR archive' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], what: 'compressed with xz' },
  { bytes: ascii('BZh'), what: 'compressed with bzip2' },
  { bytes: [0xff, 0xfe], what: 'a text in UTF-16' },
  { bytes: [0xfe, 0xff], what: 'a text in UTF-16' },
];

/** What a text may have of control characters that no terminal and no log uses. */
const MAX_CONTROL_SHARE = 0.1;

export function compressionOf(head: Uint8Array): Compression {
  return COMPRESSIONS.find(([, bytes]) => startsWith(head, bytes))?.[0] ?? 'none';
}

/** What these bytes are instead of text, for the end of a sentence that begins with "It is"; undefined for text. */
export function otherThanText(head: Uint8Array): string | undefined {
  const other = OTHERS.find(({ bytes, offset = 0 }) => startsWith(head.subarray(offset), bytes));
  if (other) return other.what;
  if (compressionOf(head) !== 'none') return 'compressed more than once';
  if (head.includes(0)) return 'a binary file';
  const controls = head.reduce((count, byte) => count + (isControl(byte) ? 1 : 0), 0);
  return controls > head.length * MAX_CONTROL_SHARE ? 'a binary file' : undefined;
}

/** C0 without tab, line feed, form feed, carriage return, escape (colours), and DEL. */
function isControl(byte: number): boolean {
  return byte === 0x7f || (byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte));
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return bytes.length >= signature.length && signature.every((byte, index) => bytes[index] === byte);
}

function ascii(text: string): readonly number[] {
  return [...Buffer.from(text, 'latin1')];
}
