import { syncDirectory } from '@logs-collector/blob-store/fs/durable-files';
import { type FileOperations, nodeFileOperations, OPEN } from '@logs-collector/blob-store/fs/file-operations';
import { isNoSpace, unlessAbsent } from '@logs-collector/blob-store/fs/fs-errors';
import { FifoMutex } from '@logs-collector/runtime/fifo-mutex';
import { BufferCounts } from './buffer-counts.js';
import type { DiskBudget } from './disk-budget.js';
import { ReadCursor } from './read-cursor.js';
import { encodedBytes, encodeEnd, encodeRecord, type SpilledRecord } from './record-codec.js';
import { recoverSegments } from './recovery.js';
import type { Segment } from './segment.js';
import { SegmentAppender } from './segment-appender.js';
import { EMPTY_LEDGER, type LedgerEntry, SpillLedger } from './spill-ledger.js';

export interface DiskBufferOptions {
  /** A directory of its own, made when it is first needed; its parent exists. */
  readonly directory: string;
  /** What this buffer alone may take. */
  readonly limitBytes: number;
  readonly budget: DiskBudget;
  readonly operations?: FileOperations;
}

/** A packet on its way to the disk. */
export type UnwrittenRecord = Omit<SpilledRecord, 'sequence'>;

/** Sequences from `from` on and below `to`. */
export interface SequenceRange {
  readonly from: number;
  readonly to: number;
}

/** What was appended, which may be only the first of what was given: for want of room, or because of the `failure`. */
export interface Appended extends SequenceRange {
  readonly failure?: unknown;
}

const LARGEST_SEGMENT_BYTES = 16 * 1024 * 1024;
/** The oldest segment goes as a whole when the buffer is full, so it is a small part of it. */
const SEGMENTS_PER_BUFFER = 16;
const WRITE_BYTES = 1024 * 1024;

/**
 * What a drain cannot take yet, in order, on the disk.
 *
 * A record counts as kept once `sync` has returned a sequence beyond its own. Reading does not remove: `release` says
 * what was delivered. A segment is never continued by another process, and a flush that failed is not repeated on the
 * same file: the kernel may have thrown the pages away (Rebello et al., "Can Applications Recover from fsync Failures?").
 */
export class DiskBuffer {
  private readonly turns = new FifoMutex();
  private readonly operations: FileOperations;
  private readonly segmentBytes: number;
  private readonly cursor: ReadCursor;
  private writer: SegmentAppender | undefined;
  private hasNewNames = false;
  private isClosed = false;
  /** Sequences below were in a file whose flush failed, or were durable before. */
  private suspectBelow = 0;

  private constructor(
    private readonly options: DiskBufferOptions,
    private readonly counts: BufferCounts,
    private readonly segments: Segment[],
    readFrom: number,
    private nextSequence: number,
  ) {
    this.operations = options.operations ?? nodeFileOperations;
    this.cursor = new ReadCursor(this.operations, segments, readFrom);
    this.segmentBytes = Math.min(LARGEST_SEGMENT_BYTES, Math.ceil(options.limitBytes / SEGMENTS_PER_BUFFER));
  }

  /** Finds what an earlier process left: cuts torn tails, counts what is damaged, begins at the first undelivered record. */
  static async open(options: DiskBufferOptions): Promise<DiskBuffer> {
    const operations = options.operations ?? nodeFileOperations;
    const { directory } = options;
    if (!(await unlessAbsent(operations.lstat(directory)))) {
      return new DiskBuffer(options, new BufferCounts(operations, directory, undefined, EMPTY_LEDGER), [], 0, 0);
    }
    const ledger = await SpillLedger.open(operations, directory);
    try {
      const { segments, next, damaged } = await recoverSegments(operations, directory, ledger.current);
      const entry = { ...ledger.current, damaged: ledger.current.damaged + damaged };
      for (const { bytes } of segments) options.budget.adopt(bytes);
      const counts = new BufferCounts(operations, directory, ledger, entry);
      return new DiskBuffer(options, counts, segments, segments[0]?.first ?? next, next);
    } catch (error) {
      await ledger.close();
      throw error;
    }
  }

  /** Bytes on the disk. */
  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Records that have not been read since the buffer was opened. */
  get unread(): number {
    return this.cursor.unread(this.delivered);
  }

  /** Every record below was read. */
  get readBelow(): number {
    return this.cursor.readBelow;
  }

  get losses(): Pick<LedgerEntry, 'dropped' | 'refused' | 'damaged' | 'noticed' | 'lostSinceMs'> {
    return this.counts.current;
  }

  /** Records that are lost and that the receiver was not told of. */
  get untold(): number {
    return this.counts.untold;
  }

  /** Every record below was delivered. */
  private get delivered(): number {
    return this.counts.current.delivered;
  }

  /** Writes as many of the records as there is room for, and answers the sequences they got. */
  append(records: readonly UnwrittenRecord[]): Promise<Appended> {
    return this.turn(() => this.appendAll(records));
  }

  /** Appends what its owner has in memory and will not read again; only where everything before it was read too. */
  appendRead(records: readonly UnwrittenRecord[]): Promise<Appended> {
    return this.turn(async () => {
      if (this.unread > 0) return { from: this.nextSequence, to: this.nextSequence };
      const appended = await this.appendAll(records);
      this.cursor.moveToEnd();
      return appended;
    });
  }

  /**
   * Makes durable what was appended, and the counts.
   * @returns what is durable now; what came before it and was not by then, because a flush failed, may never be.
   */
  sync(): Promise<SequenceRange> {
    return this.turn(async () => {
      try {
        if (this.hasNewNames) await syncDirectory(this.operations, this.options.directory);
        this.hasNewNames = false;
        await this.writer?.flush();
      } catch (error) {
        await this.abandonWriter();
        this.suspectBelow = this.nextSequence;
        throw error;
      }
      // What was dropped from the end is not missing: nothing stands behind it that could tell it from damage.
      const durable = this.segments.at(-1)?.end ?? this.delivered;
      if (this.counts.current.durable !== durable) this.counts.set({ durable });
      if (this.counts.isStale) await this.counts.write();
      return { from: this.suspectBelow, to: this.nextSequence };
    });
  }

  /**
   * The next records in order, about `maxBytes` of them; none where everything was read.
   * @param nowMs milliseconds since 1970
   */
  read(maxBytes: number, nowMs: number): Promise<readonly SpilledRecord[]> {
    return this.turn(async () => {
      try {
        return await this.cursor.read(this.delivered, maxBytes);
      } finally {
        this.countDamaged(nowMs);
      }
    });
  }

  /**
   * Passes over the next bytes, which the disk refuses to give, and counts what was in them as damaged.
   * @param nowMs milliseconds since 1970
   */
  skipUnreadable(nowMs: number): Promise<void> {
    return this.turn(async () => {
      this.cursor.skip(this.delivered);
      this.countDamaged(nowMs);
    });
  }

  /** Says that everything below was delivered or given up, and has the rest read again. */
  rewind(delivered: number): Promise<void> {
    return this.turn(async () => {
      if (delivered > this.delivered) this.counts.set({ delivered });
      this.cursor.rewind();
    });
  }

  /** Says that everything below was delivered or given up; segments without anything else go. */
  release(delivered: number): Promise<void> {
    return this.turn(async () => {
      if (delivered < this.delivered) return;
      if (delivered > this.delivered) this.counts.set({ delivered });
      if (this.writer && this.nextSequence <= delivered) await this.closeWriter();
      const isDone = (segment: Segment) => segment.end <= delivered && segment !== this.writer?.segment;
      if (!this.segments.some(isDone)) return;
      // Before the files go, also on the disk, so that what is missing of them is not taken for damage.
      await this.counts.makeDurable();
      while (this.segments[0] && isDone(this.segments[0])) await this.removeFirst();
    });
  }

  /**
   * Gives up the oldest records that were not read yet: the rest of a segment.
   * @param nowMs milliseconds since 1970
   * @param deliveredAmong how many of them were delivered, before what comes ahead of them
   * @returns which; undefined where there are none.
   */
  dropOldest(
    nowMs: number,
    deliveredAmong: (range: SequenceRange) => number = () => 0,
  ): Promise<SequenceRange | undefined> {
    return this.turn(async () => {
      const segment = this.cursor.segment(this.delivered);
      if (!segment) return undefined;
      if (segment === this.writer?.segment) await this.closeWriter();
      const from = Math.max(this.cursor.readBelow, this.delivered);
      const to = segment.end;
      // Counted durably before they are gone: a count that comes too late would be a loss that nobody was told of.
      const { durable } = this.counts.current;
      if (to === this.nextSequence) this.counts.set({ durable: Math.min(durable, this.endWithout(segment)) });
      await this.counts.addDropped(to - from - deliveredAmong({ from, to }), nowMs);
      await this.cutOff(segment);
      return { from, to };
    });
  }

  /** Counts records that were given up without ever being written here; durable when this resolves. */
  addDropped(count: number, nowMs: number): Promise<void> {
    return this.turn(() => this.counts.addDropped(count, nowMs));
  }

  /** Counts records that the receiver refused. */
  addRefused(count: number, nowMs: number): void {
    this.counts.addRefused(count, nowMs);
  }

  /** Makes the counts durable. */
  syncCounts(): Promise<void> {
    return this.turn(() => this.counts.makeDurable());
  }

  /** The receiver was told of so many. */
  addNoticed(count: number): void {
    this.counts.addNoticed(count);
  }

  /** Keeps everything for the next process. `sync` first what has to be durable. */
  close(): Promise<void> {
    return this.turn(async () => {
      try {
        await this.closeWriter();
        if (this.counts.isStale) await this.counts.write();
      } finally {
        this.isClosed = true;
        await this.counts.close();
        this.options.budget.give(this.bytes);
      }
    });
  }

  /** One thing at a time, and none once it is closed: its descriptors may be somebody else's by then. */
  private turn<T>(work: () => Promise<T>): Promise<T> {
    return this.turns.run(async () => {
      if (this.isClosed) throw new Error('The buffer is closed.');
      return work();
    });
  }

  private countDamaged(nowMs: number): void {
    const damaged = this.cursor.takeDamaged();
    if (damaged > 0) this.counts.addDamaged(damaged, nowMs);
  }

  private async appendAll(records: readonly UnwrittenRecord[]): Promise<Appended> {
    const from = this.nextSequence;
    try {
      for (let done = 0; done < records.length; ) {
        const count = await this.appendSome(records, done);
        if (count === 0) break;
        done += count;
      }
      return { from, to: this.nextSequence };
    } catch (failure) {
      return { from, to: this.nextSequence, failure };
    }
  }

  private async appendSome(records: readonly UnwrittenRecord[], from: number): Promise<number> {
    let count = 0;
    let bytes = 0;
    for (let next = records[from]; next && bytes < WRITE_BYTES; next = records[from + count]) {
      bytes += encodedBytes(next.packet);
      count += 1;
    }
    if (this.bytes + bytes > this.options.limitBytes || !(await this.options.budget.take(bytes))) return 0;
    try {
      await this.options.budget.writing.use(() => this.write(records.slice(from, from + count), bytes));
    } catch (error) {
      this.options.budget.give(bytes);
      if (isNoSpace(error)) return 0;
      throw error;
    }
    return count;
  }

  private async write(records: readonly UnwrittenRecord[], bytes: number): Promise<void> {
    const buffer = Buffer.allocUnsafe(bytes);
    let at = 0;
    let sequence = this.nextSequence;
    for (const record of records) {
      at = encodeRecord(buffer, at, record, sequence);
      sequence += 1;
    }
    const writer = await this.writableSegment();
    await writer.append(buffer);
    this.nextSequence = sequence;
    writer.segment.end = this.nextSequence;
  }

  private async writableSegment(): Promise<SegmentAppender> {
    if (this.writer && (this.writer.isTorn || this.writer.segment.bytes >= this.segmentBytes)) await this.closeWriter();
    if (this.writer) return this.writer;
    await this.counts.open();
    this.writer = await SegmentAppender.create(this.operations, this.options.directory, this.nextSequence);
    this.hasNewNames = true;
    this.segments.push(this.writer.segment);
    return this.writer;
  }

  /** Flushes and closes the segment that is written; the next record begins a new one. */
  private async closeWriter(): Promise<void> {
    const { writer } = this;
    if (!writer) return;
    const end = encodeEnd(this.nextSequence);
    try {
      if (!writer.isTorn && (await this.options.budget.take(end.byteLength))) {
        // Without it the segment is still readable; only damage of its very last record would go unnoticed.
        await writer.append(end).catch(() => this.options.budget.give(end.byteLength));
      }
      await writer.flush();
    } catch (error) {
      this.suspectBelow = this.nextSequence;
      throw error;
    } finally {
      await this.abandonWriter();
    }
  }

  private async abandonWriter(): Promise<void> {
    const { writer } = this;
    this.writer = undefined;
    await writer?.close();
  }

  private async removeFirst(): Promise<void> {
    const [segment] = this.segments;
    if (!segment) return;
    await this.remove(segment);
    this.segments.shift();
  }

  private async remove({ path, bytes }: Segment): Promise<void> {
    await unlessAbsent(this.operations.unlink(path));
    this.options.budget.give(bytes);
  }

  /** Where the records on the disk end once the unread ones of the last segment are gone. */
  private endWithout(segment: Segment): number {
    if (this.cursor.readBytesOf(segment) > 0) return this.cursor.readBelow;
    return this.segments[this.segments.indexOf(segment) - 1]?.end ?? this.delivered;
  }

  /** Ends a segment where reading has got to; it stays only while something of it is under way. */
  private async cutOff(segment: Segment): Promise<void> {
    const readBytes = this.cursor.readBytesOf(segment);
    if (readBytes === 0) {
      this.segments.splice(this.segments.indexOf(segment), 1);
      this.cursor.pass(segment);
      await this.remove(segment);
      return;
    }
    const fd = await this.operations.open(segment.path, OPEN.readWrite);
    try {
      await this.operations.ftruncate(fd, readBytes);
    } finally {
      await this.operations.close(fd);
    }
    this.options.budget.give(segment.bytes - readBytes);
    segment.bytes = readBytes;
    segment.end = this.cursor.readBelow;
  }
}
