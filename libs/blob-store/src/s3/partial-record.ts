import { BlobStoreError } from '../blob-store-error.js';
import type { S3Bucket } from './s3-bucket.js';
import { isPreconditionFailed } from './s3-errors.js';
import { newHome, recordName } from './s3-layout.js';

/** What has to be known of a partial beside its bytes, so that any process can go on with it. */
export interface PartialRecord {
  /** The folder of its bytes (s3-layout.ts). */
  readonly home: string;
  /** From the first whole part on: its multipart upload, and the size of every part but the last. */
  readonly multipart?: { readonly uploadId: string; readonly partBytes: number };
  /** Where the bytes that count end, in case parts beyond are left from an earlier append. */
  readonly end?: number;
  /** The blob that it is becoming: from then on its bytes may belong to that. */
  readonly key?: string;
}

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
    const record: PartialRecord = { home: newHome(partial) };
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

  async change(change: Partial<PartialRecord>): Promise<void> {
    const next = { ...this.current, ...change };
    try {
      this.etag = await this.bucket.put(recordName(this.partial), JSON.stringify(next), { ifMatch: this.etag });
    } catch (error) {
      if (!isPreconditionFailed(error)) throw error;
      throw new BlobStoreError('io_failed', 'another process goes on with the same partial');
    }
    this.current = next;
  }

  async remove(): Promise<void> {
    await this.bucket.delete([recordName(this.partial)]);
  }
}
