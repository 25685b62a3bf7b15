import { BlobStoreError } from '../blob-store-error.js';
import type { S3Bucket } from './s3-bucket.js';
import { isPreconditionFailed } from './s3-errors.js';
import { newHome, recordName } from './s3-layout.js';

/** What has to be known of a partial beside its bytes, so that any process can go on with it. */
export interface PartialRecord {
  /** The folder of its bytes (s3-layout.ts). */
  readonly home: string;
  /** The writer that has come last; a lower one can change nothing here any more. */
  readonly epoch: number;
  /** From the first whole part on: its multipart upload, and the size of every part but the last. */
  readonly multipart?: { readonly uploadId: string; readonly partBytes: number };
  /** Where the bytes that count end, in case parts beyond are left from an earlier append. */
  readonly end?: number;
  /** The blob that it is becoming: from then on its bytes may belong to that. */
  readonly key?: string;
}

const FIRST_EPOCH = 1;

/** A record as it was read or written last; a change of it fails where somebody else has changed it meanwhile. */
export class StoredRecord {
  private constructor(
    private readonly bucket: S3Bucket,
    readonly partial: string,
    private current: PartialRecord,
    private etag: string,
  ) {}

  get value(): PartialRecord {
    return this.current;
  }

  /** Idempotent: one that is there already is left as it is. */
  static async begin(bucket: S3Bucket, partial: string): Promise<void> {
    // Already that of the first writer, which then has nothing to change.
    const record: PartialRecord = { home: newHome(partial), epoch: FIRST_EPOCH };
    try {
      await bucket.put(recordName(partial), JSON.stringify(record), { ifNoneMatch: '*' });
    } catch (error) {
      if (!isPreconditionFailed(error)) throw error;
    }
  }

  static async find(bucket: S3Bucket, partial: string): Promise<StoredRecord | undefined> {
    const found = await bucket.text(recordName(partial));
    return found && new StoredRecord(bucket, partial, JSON.parse(found.text) as PartialRecord, found.etag);
  }

  /** Refused as `superseded` where somebody else has changed it. */
  async change(change: Partial<PartialRecord>): Promise<void> {
    const next = { ...this.current, ...change };
    const text = JSON.stringify(next);
    if (text === JSON.stringify(this.current)) return;
    try {
      this.etag = await this.bucket.put(recordName(this.partial), text, { ifMatch: this.etag });
    } catch (error) {
      if (!isPreconditionFailed(error)) throw error;
      // Perhaps our own request, whose answer was lost and which the client has sent again.
      const found = await this.bucket.text(recordName(this.partial));
      if (found?.text !== text) throw new BlobStoreError('superseded', 'another process goes on with the same partial');
      this.etag = found.etag;
    }
    this.current = next;
  }

  async remove(): Promise<void> {
    await this.bucket.delete([recordName(this.partial)]);
  }
}
