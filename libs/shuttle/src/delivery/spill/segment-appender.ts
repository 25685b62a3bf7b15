import { writeAll } from '@logs-collector/blob-store/fs/durable-files';
import { FILE_MODE, type FileOperations, OPEN } from '@logs-collector/blob-store/fs/file-operations';
import { unlessAbsent } from '@logs-collector/blob-store/fs/fs-errors';
import { type Segment, segmentPath } from './segment.js';

/** The segment that is being written. */
export class SegmentAppender {
  private torn = false;

  private constructor(
    private readonly operations: FileOperations,
    private readonly fd: number,
    readonly segment: Segment,
  ) {}

  static async create(operations: FileOperations, directory: string, first: number): Promise<SegmentAppender> {
    const path = segmentPath(directory, first);
    // One of that name can only be a leftover without a whole record.
    await unlessAbsent(operations.unlink(path));
    const fd = await operations.open(path, OPEN.createNew, FILE_MODE);
    return new SegmentAppender(operations, fd, { path, first, end: first, bytes: 0 });
  }

  /** Something that is no record stands behind the last one: nothing may follow. */
  get isTorn(): boolean {
    return this.torn;
  }

  async append(bytes: Buffer): Promise<void> {
    const { segment } = this;
    try {
      await writeAll(this.operations, this.fd, bytes, segment.bytes);
    } catch (error) {
      // What was written of it must not stand before what is written next.
      await this.operations.ftruncate(this.fd, segment.bytes).catch(() => {
        this.torn = true;
      });
      throw error;
    }
    segment.bytes += bytes.byteLength;
  }

  flush(): Promise<void> {
    return this.operations.fdatasync(this.fd);
  }

  /** Whether closing works says nothing about the bytes: that is for `flush`. */
  close(): Promise<void> {
    return this.operations.close(this.fd).catch(() => undefined);
  }
}
