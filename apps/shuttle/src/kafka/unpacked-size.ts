// Their unpackers are WebAssembly that knows no limit; those of gzip and zstd are told theirs.

/** Blocks of Kafka's framing of snappy (xerial's) come behind 16 bytes, each behind its length. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;
const LENGTH_BYTES = 4;

const LZ4_MAGIC = 0x184d2204;
/** What a byte of LZ4 becomes at most. */
const LZ4_MOST = 255;

/** The most that packed bytes become, in bytes, as they tell themselves. */
export function unpackedSizeLimit(algorithm: 'snappy' | 'lz4', packed: Buffer): number {
  return algorithm === 'snappy' ? snappySize(packed) : lz4SizeLimit(packed);
}

function snappySize(packed: Buffer): number {
  if (!packed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return snappyBlockSize(packed);
  let size = 0;
  for (let at = XERIAL_HEADER_BYTES; at + LENGTH_BYTES <= packed.length; ) {
    const length = packed.readUInt32BE(at);
    at += LENGTH_BYTES;
    size += snappyBlockSize(packed.subarray(at, at + length));
    at += length;
  }
  return size;
}

/** A block begins with its size as a varint (https://github.com/google/snappy/blob/main/format_description.txt, section 1). */
function snappyBlockSize(block: Buffer): number {
  let size = 0;
  for (let at = 0; at < block.length && at < 5; at += 1) {
    const byte = block[at] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) break;
  }
  return size;
}

/**
 * Each block has its packed size, and the frame has the most that one of them becomes
 * (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md).
 */
function lz4SizeLimit(packed: Buffer): number {
  if (packed.length < 7 || packed.readUInt32LE(0) !== LZ4_MAGIC) return packed.length * LZ4_MOST;
  const flags = packed[4] ?? 0;
  const blockLimit = 2 ** (8 + 2 * (((packed[5] ?? 0) >> 4) & 7));
  const checksumBytes = flags & 0b1_0000 ? 4 : 0;
  let at = 7 + (flags & 0b1000 ? 8 : 0) + (flags & 1 ? 4 : 0);
  let limit = 0;
  while (at + LENGTH_BYTES <= packed.length) {
    const field = packed.readUInt32LE(at);
    if (field === 0) break;
    const isPacked = field < 0x8000_0000;
    const bytes = isPacked ? field : field - 0x8000_0000;
    limit += isPacked ? Math.min(blockLimit, bytes * LZ4_MOST) : bytes;
    at += LENGTH_BYTES + bytes + checksumBytes;
  }
  return limit;
}
