import type { FileOperations } from '@logs-collector/blob-store/fs/file-operations';
import type { SpilledRecord } from './record-codec.js';
import type { Segment } from './segment.js';
import { readRecords } from './segment-reader.js';

/** So much is passed over at a time where the disk cannot be read. */
const SKIP_BYTES = 64 * 1024;

/** Where reading has got to in the segments of a buffer. */
export class ReadCursor {
  private current: Segment | undefined;
  private offset = 0;
  /** What is missing below was counted when it was read for the first time. */
  private countedBelow = 0;
  private damaged = 0;

  constructor(
    private readonly operations: FileOperations,
    /** The buffer's own, which it adds to and removes from. */
    private readonly segments: readonly Segment[],
    /** Every record below was read. */
    private sequence: number,
  ) {}

  get readBelow(): number {
    return this.sequence;
  }

  /** How much of a segment was read: 0 where that is nothing. */
  readBytesOf(segment: Segment): number {
    return segment === this.current && this.sequence > segment.first ? this.offset : 0;
  }

  /** Records that are not read, of those from `delivered` on. */
  unread(delivered: number): number {
    let count = 0;
    for (const { first, end } of this.segments) count += Math.max(0, end - Math.max(first, this.sequence, delivered));
    return count;
  }

  /** The segment that is read next, moving on from one that was read to its end. */
  segment(delivered: number): Segment | undefined {
    const segment = this.segments.find(({ end }) => end > Math.max(this.sequence, delivered));
    if (segment && segment !== this.current) {
      this.current = segment;
      this.sequence = segment.first;
      this.offset = 0;
    } else if (segment && this.offset >= segment.bytes) {
      this.sequence = segment.end;
      return this.segment(delivered);
    }
    return segment;
  }

  /** How many records were found damaged since this was last asked, also where reading failed behind them. */
  takeDamaged(): number {
    const { damaged } = this;
    this.damaged = 0;
    return damaged;
  }

  /** The next records from `delivered` on, about `maxBytes` of them. */
  async read(delivered: number, maxBytes: number): Promise<readonly SpilledRecord[]> {
    for (let segment = this.segment(delivered); segment; segment = this.segment(delivered)) {
      const part = await readRecords(this.operations, segment, this.offset, this.sequence, maxBytes);
      this.offset = part.offset;
      this.sequence = part.sequence;
      if (part.sequence > this.countedBelow) this.damaged += part.damaged;
      const records = part.records.filter(({ sequence }) => sequence >= delivered);
      if (records.length > 0) return records;
    }
    return [];
  }

  /**
   * Passes over the next bytes. What was in them shows as damage when what follows is read, or at once where nothing follows
   * in their segment.
   */
  skip(delivered: number): void {
    const segment = this.segment(delivered);
    if (!segment) return;
    this.offset = Math.min(segment.bytes, this.offset + SKIP_BYTES);
    if (this.offset < segment.bytes) return;
    this.damaged += segment.end - Math.max(this.sequence, delivered);
    this.sequence = segment.end;
  }

  /** What follows is read behind the end of the last segment. */
  moveToEnd(): void {
    this.current = this.segments.at(-1);
    this.offset = this.current?.bytes ?? 0;
    this.sequence = this.current?.end ?? this.sequence;
  }

  /** A segment that was not read is gone: goes on behind it. */
  pass(segment: Segment): void {
    this.sequence = segment.end;
  }

  /** Reads again everything there is. */
  rewind(): void {
    this.countedBelow = Math.max(this.countedBelow, this.sequence);
    this.current = undefined;
    this.sequence = this.segments[0]?.first ?? this.sequence;
  }
}
