import CRC32C from 'crc-32/crc32c.js';

/**
 * One record of a segment, all numbers big-endian:
 *
 *     magic 4 │ CRC32C 4 │ length of the payload 4 │ sequence 8 │ key 4 │ payload
 *
 * The checksum (Castagnoli, RFC 3720 appendix B.4) covers everything behind itself. Sequences grow by one from record to
 * record, so a reader that has to skip damaged bytes knows how many records they were.
 */
export const HEADER_BYTES = 24;
const CHECKED_FROM = 8;
const MAGIC = Buffer.from('LCR1');
const NOTHING = Buffer.alloc(0);
/** Closes a segment; its sequence is that of the record which would have come next. */
const END_MAGIC = Buffer.from('LCE1');

export interface SpilledRecord {
  readonly sequence: number;
  /** Tells which lane the packet belongs to. */
  readonly key: number;
  readonly packet: Buffer;
}

export interface DecodedRecord extends SpilledRecord {
  readonly isEnd: boolean;
  /** Where the next record begins, counted from the start of the bytes that were given. */
  readonly next: number;
}

export function encodedBytes(packet: Uint8Array): number {
  return HEADER_BYTES + packet.byteLength;
}

/** Writes a record into `target` at `at` and answers where it ends. */
export function encodeRecord(
  target: Buffer,
  at: number,
  { key, packet }: Pick<SpilledRecord, 'key' | 'packet'>,
  sequence: number,
): number {
  return encode(target, at, MAGIC, sequence, key, packet);
}

export function encodeEnd(sequence: number): Buffer {
  const record = Buffer.allocUnsafe(HEADER_BYTES);
  encode(record, 0, END_MAGIC, sequence, 0, NOTHING);
  return record;
}

function encode(target: Buffer, at: number, magic: Buffer, sequence: number, key: number, packet: Buffer): number {
  const end = at + HEADER_BYTES + packet.byteLength;
  magic.copy(target, at);
  target.writeUInt32BE(packet.byteLength, at + 8);
  target.writeUInt32BE(Math.floor(sequence / 2 ** 32), at + 12);
  target.writeUInt32BE(sequence % 2 ** 32, at + 16);
  target.writeUInt32BE(key, at + 20);
  packet.copy(target, at + HEADER_BYTES);
  target.writeInt32BE(CRC32C.buf(target.subarray(at + CHECKED_FROM, end), 0), at + 4);
  return end;
}

/**
 * The record that begins at `at`; `'short'` where the bytes end before it does; `'damaged'` where there is none, or one
 * that belongs elsewhere. The packet shares memory with `bytes`.
 */
export function decodeRecord(
  bytes: Buffer,
  at: number,
  isPlausible: (sequence: number) => boolean,
): DecodedRecord | 'short' | 'damaged' {
  if (bytes.byteLength < at + HEADER_BYTES) return 'short';
  const isEnd = bytes.compare(END_MAGIC, 0, 4, at, at + 4) === 0;
  if (!isEnd && bytes.compare(MAGIC, 0, 4, at, at + 4) !== 0) return 'damaged';
  const next = at + HEADER_BYTES + bytes.readUInt32BE(at + 8);
  if (next > bytes.byteLength) return 'short';
  if (CRC32C.buf(bytes.subarray(at + CHECKED_FROM, next), 0) !== bytes.readInt32BE(at + 4)) return 'damaged';
  const sequence = bytes.readUInt32BE(at + 12) * 2 ** 32 + bytes.readUInt32BE(at + 16);
  if (!isPlausible(sequence)) return 'damaged';
  return {
    isEnd,
    sequence,
    key: bytes.readUInt32BE(at + 20),
    packet: bytes.subarray(at + HEADER_BYTES, next),
    next,
  };
}

/** Where the next whole record begins at or behind `from`, whose sequence is plausible; -1 where there is none. */
export function findRecord(bytes: Buffer, from: number, isPlausible: (sequence: number) => boolean): number {
  for (let at = from; at <= bytes.byteLength - HEADER_BYTES; at += 1) {
    at = nextMagic(bytes, at);
    if (at < 0) return -1;
    if (typeof decodeRecord(bytes, at, isPlausible) !== 'string') return at;
  }
  return -1;
}

function nextMagic(bytes: Buffer, from: number): number {
  const found = [bytes.indexOf(MAGIC, from), bytes.indexOf(END_MAGIC, from)].filter((at) => at >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}
