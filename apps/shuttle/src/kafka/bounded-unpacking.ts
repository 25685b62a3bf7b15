import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { errorCode } from '@logs-collector/runtime/error-code';
import { type CompressionAlgorithmValue, compressionsAlgorithms } from '@platformatic/kafka';
import { unpackedSizeLimit } from './unpacked-size.js';

/** What is read at once, of one batch and of all that come together; brokers take packed batches of a megabyte. */
export interface UnpackingLimits {
  readonly bytes: number;
  /** A record is objects of more than a kilobyte, even where it has no bytes. */
  readonly records: number;
}

/** Sixty times what is fetched at once, and a quarter of the heap. */
const LIMITS: UnpackingLimits = { bytes: 67_108_864, records: 50_000 };

/** Of a batch that is passed over. */
export interface RefusedBatch {
  readonly algorithm: CompressionAlgorithmValue;
  readonly records: number;
  readonly packedBytes: number;
}

type Packed = Buffer | { readonly buffer: Buffer };
/** As the client calls it with our patch: undefined has the batch fetched again, null has it passed over. */
type Unpack = (packed: Packed, records: number) => Buffer | null | undefined;

/**
 * Bounds what the Kafka client unpacks, for all consumers of the process: a megabyte of gzip or zstd may become gigabytes, and
 * as nothing would be committed, the next process would end over it as well.
 */
export function boundUnpacking(onRefused: (batch: RefusedBatch) => void, limits = LIMITS): void {
  const left = new Left(limits);
  for (const name of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
    const unpack = unpackOf(name);
    const decompressSync: Unpack = (given, records) => {
      const packed = Buffer.isBuffer(given) ? given : given.buffer;
      const unpacked = records > limits.records ? undefined : unpack(packed, limits.bytes);
      if (!unpacked) {
        onRefused({ algorithm: name, records, packedBytes: packed.length });
        return null;
      }
      return left.take(unpacked.length, records) ? unpacked : undefined;
    };
    Object.assign(compressionsAlgorithms[name], { decompressSync });
  }
}

/** Undefined where it would be more than the limit. */
function unpackOf(name: 'gzip' | 'snappy' | 'lz4' | 'zstd'): (packed: Buffer, limit: number) => Buffer | undefined {
  if (name === 'gzip') return bounded((packed, maxOutputLength) => gunzipSync(packed, { maxOutputLength }));
  if (name === 'zstd') return bounded((packed, maxOutputLength) => zstdDecompressSync(packed, { maxOutputLength }));
  const { decompressSync } = compressionsAlgorithms[name];
  return (packed, limit) => (unpackedSizeLimit(name, packed) > limit ? undefined : decompressSync(packed));
}

function bounded(unpack: (packed: Buffer, limit: number) => Buffer) {
  return (packed: Buffer, limit: number): Buffer | undefined => {
    try {
      return unpack(packed, limit);
    } catch (error) {
      if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') return undefined;
      throw error;
    }
  };
}

/** What may still be unpacked of an answer of a broker. It is read at one go. */
class Left {
  private used = { bytes: 0, records: 0 };
  private isReset = true;

  constructor(private readonly limits: UnpackingLimits) {}

  /** The first is always taken. */
  take(bytes: number, records: number): boolean {
    if (this.isReset) this.begin();
    const used = { bytes: this.used.bytes + bytes, records: this.used.records + records };
    if (used.bytes > this.limits.bytes || used.records > this.limits.records) return false;
    this.used = used;
    return true;
  }

  private begin(): void {
    this.used = { bytes: 0, records: 0 };
    this.isReset = false;
    queueMicrotask(() => {
      this.isReset = true;
    });
  }
}
