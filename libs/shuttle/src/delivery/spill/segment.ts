import { join } from 'node:path';
import { readWhole, withFile } from '@logs-collector/blob-store/fs/durable-files';
import { type FileOperations, OPEN } from '@logs-collector/blob-store/fs/file-operations';
import { decodeRecord, findRecord } from './record-codec.js';

const NAME = /^(\d{16})\.spill$/;

/** One file of records whose sequences begin at `first` and end before `end`. */
export interface Segment {
  readonly path: string;
  readonly first: number;
  end: number;
  bytes: number;
}

export function segmentPath(directory: string, first: number): string {
  return join(directory, `${String(first).padStart(16, '0')}.spill`);
}

/** The first sequence that a file name stands for; undefined where it is no segment. */
export function firstOfName(name: string): number | undefined {
  const match = NAME.exec(name);
  return match ? Number(match[1]) : undefined;
}

export interface SegmentScan {
  /** The sequence after the last record that is whole. */
  readonly end: number;
  /** Where the last whole record ends; what follows was never finished. */
  readonly bytes: number;
}

/** Reads a segment through to see how far it is whole. Damage before the last whole record is left to whoever reads. */
export async function scanSegment(operations: FileOperations, path: string, first: number): Promise<SegmentScan> {
  const bytes = await readWhole(operations, path);
  let end = first;
  let at = 0;
  let whole = 0;
  const isPlausible = (sequence: number) => sequence >= end && sequence - end <= bytes.byteLength;
  while (at >= 0 && at < bytes.byteLength) {
    const record = decodeRecord(bytes, at, isPlausible);
    if (typeof record === 'string') {
      at = findRecord(bytes, at + 1, isPlausible);
      continue;
    }
    end = record.isEnd ? record.sequence : record.sequence + 1;
    at = record.next;
    whole = at;
  }
  return { end, bytes: whole };
}

/** Up to `length` bytes of a segment from `from` on. */
export function readPart(operations: FileOperations, path: string, from: number, length: number): Promise<Buffer> {
  return withFile(operations, path, OPEN.read, async (fd) => {
    const buffer = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const count = await operations.read(fd, buffer.subarray(done), from + done);
      if (count === 0) break;
      done += count;
    }
    return buffer.subarray(0, done);
  });
}
