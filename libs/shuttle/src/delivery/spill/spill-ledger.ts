import { constants } from 'node:fs';
import { join } from 'node:path';
import { writeAll } from '@logs-collector/blob-store/fs/durable-files';
import { FILE_MODE, type FileOperations } from '@logs-collector/blob-store/fs/file-operations';
import CRC32C from 'crc-32/crc32c.js';

/** What has to outlive the process and is in no record. */
export interface LedgerEntry {
  /** Everything below was delivered. May be stale: then records come twice, and none is lost. */
  readonly delivered: number;
  /** Everything below was flushed, so what is missing of it has been damaged. */
  readonly durable: number;
  /** Records given up because the buffer was full. */
  readonly dropped: number;
  /** Records given up because the receiver refused them. */
  readonly refused: number;
  /** Records whose bytes on the disk had changed. */
  readonly damaged: number;
  /** How many of all these the receiver was told of. */
  readonly noticed: number;
  /** When the first of the others was lost; milliseconds since 1970, or 0. */
  readonly lostSinceMs: number;
}

export const EMPTY_LEDGER: LedgerEntry = {
  delivered: 0,
  durable: 0,
  dropped: 0,
  refused: 0,
  damaged: 0,
  noticed: 0,
  lostSinceMs: 0,
};

const FIELDS = ['delivered', 'durable', 'dropped', 'refused', 'damaged', 'noticed', 'lostSinceMs'] as const;
/** checksum 4 │ reserved 4 │ generation 8 │ seven fields of 8 */
const SLOT_BYTES = 72;
const OPEN_OR_CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;

/**
 * Two slots that are written in turn and in place: a torn write damages one and leaves the other, and a full disk does
 * not keep the counts from being written.
 */
export class SpillLedger {
  private constructor(
    private readonly operations: FileOperations,
    private readonly fd: number,
    private generation: number,
    private entry: LedgerEntry,
  ) {}

  /** @param directory of the buffer, which is there */
  static async open(operations: FileOperations, directory: string): Promise<SpillLedger> {
    const fd = await operations.open(join(directory, 'ledger'), OPEN_OR_CREATE, FILE_MODE);
    try {
      const bytes = Buffer.alloc(2 * SLOT_BYTES);
      const count = await operations.read(fd, bytes, 0);
      const slots = [decodeSlot(bytes.subarray(0, SLOT_BYTES)), decodeSlot(bytes.subarray(SLOT_BYTES))];
      const newest = slots.reduce((a, b) => ((b?.generation ?? -1) > (a?.generation ?? -1) ? b : a), undefined);
      const ledger = new SpillLedger(operations, fd, newest?.generation ?? 0, newest?.entry ?? EMPTY_LEDGER);
      // Both slots get their room now, while there is some.
      if (count < bytes.byteLength) {
        await ledger.write(ledger.entry);
        await ledger.write(ledger.entry);
        await ledger.sync();
      }
      return ledger;
    } catch (error) {
      await operations.close(fd).catch(() => undefined);
      throw error;
    }
  }

  get current(): LedgerEntry {
    return this.entry;
  }

  async write(entry: LedgerEntry): Promise<void> {
    const generation = this.generation + 1;
    const position = (generation % 2) * SLOT_BYTES;
    await writeAll(this.operations, this.fd, encodeSlot(generation, entry), position);
    // Where that fails, the next one repairs this slot: the other is the only one that is known to be whole.
    this.generation = generation;
    this.entry = entry;
  }

  sync(): Promise<void> {
    return this.operations.fdatasync(this.fd);
  }

  close(): Promise<void> {
    return this.operations.close(this.fd);
  }
}

function encodeSlot(generation: number, entry: LedgerEntry): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES);
  slot.writeBigUInt64BE(BigInt(generation), 8);
  for (const [index, field] of FIELDS.entries()) slot.writeBigUInt64BE(BigInt(entry[field]), 16 + index * 8);
  slot.writeInt32BE(CRC32C.buf(slot.subarray(4), 0), 0);
  return slot;
}

function decodeSlot(slot: Buffer): { generation: number; entry: LedgerEntry } | undefined {
  if (CRC32C.buf(slot.subarray(4), 0) !== slot.readInt32BE(0)) return undefined;
  const [delivered = 0, durable = 0, dropped = 0, refused = 0, damaged = 0, noticed = 0, lostSinceMs = 0] = FIELDS.map(
    (_, index) => Number(slot.readBigUInt64BE(16 + index * 8)),
  );
  return {
    generation: Number(slot.readBigUInt64BE(8)),
    entry: { delivered, durable, dropped, refused, damaged, noticed, lostSinceMs },
  };
}
