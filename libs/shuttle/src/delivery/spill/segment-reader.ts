import type { FileOperations } from '@logs-collector/blob-store/fs/file-operations';
import { decodeRecord, findRecord, HEADER_BYTES, type SpilledRecord } from './record-codec.js';
import { readPart, type Segment } from './segment.js';

export interface SegmentPart {
  readonly records: readonly SpilledRecord[];
  /** Where to go on reading. */
  readonly offset: number;
  /** The sequence that is expected there. */
  readonly sequence: number;
  /** Records that were skipped because their bytes had changed. */
  readonly damaged: number;
}

/**
 * Reads the next records of a segment from `offset` on, about `maxBytes` of them and at least one.
 * Bytes that are no record are passed over up to the next one, and the gap in the sequences says how many were lost.
 */
export async function readRecords(
  operations: FileOperations,
  segment: Segment,
  offset: number,
  expected: number,
  maxBytes: number,
): Promise<SegmentPart> {
  const rest = segment.bytes - offset;
  let bytes = await readPart(operations, segment.path, offset, Math.min(rest, Math.max(maxBytes, HEADER_BYTES)));
  const records: SpilledRecord[] = [];
  let sequence = expected;
  let damaged = 0;
  let at = 0;
  const isPlausible = (found: number) => found >= sequence && found <= segment.end;
  // It became shorter behind our back, just where a record ends.
  if (bytes.byteLength === 0)
    return { records, offset: segment.bytes, sequence: segment.end, damaged: segment.end - expected };
  while (at < bytes.byteLength) {
    const record = decodeRecord(bytes, at, isPlausible);
    if (record === 'short' && at > 0 && bytes.byteLength < rest) break;
    if (typeof record === 'string') {
      // Either one record longer than what was asked for, or damage: both need everything that is left.
      if (bytes.byteLength < rest) {
        bytes = await readPart(operations, segment.path, offset, rest);
        if (bytes.byteLength >= rest) continue;
      }
      const next = findRecord(bytes, at + 1, isPlausible);
      if (next < 0)
        return { records, offset: segment.bytes, sequence: segment.end, damaged: damaged + segment.end - sequence };
      at = next;
      continue;
    }
    damaged += record.sequence - sequence;
    sequence = record.isEnd ? record.sequence : record.sequence + 1;
    at = record.next;
    if (!record.isEnd) records.push(record);
    if (at >= maxBytes) break;
  }
  return { records, offset: offset + at, sequence, damaged };
}
