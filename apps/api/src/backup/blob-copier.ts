import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { BlobStoreError } from '@logs-collector/blob-store/blob-store-error';
import type { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { feedDigest } from '@logs-collector/blob-store/feed-digest';
import { FsBlobStore } from '@logs-collector/blob-store/fs/fs-blob-store';
import { BackupError } from './backup-error.js';

/** There is one at a time, which the lock of a backup and of a restore sees to. */
const WRITER_OF_A_BACKUP = 1;

export interface BlobFacts {
  readonly key: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * `kept`: it was there already. `linked`, `copied`: it is there now, read once and found to be what it should be.
 * `gone`: the source has no such blob. `damaged`: the source has other bytes than it should, or cannot read them; they are not taken.
 */
export type CopyResult = 'kept' | 'linked' | 'copied' | 'gone' | 'damaged';

/** Brings blobs from one store into another, each verified while it passes by. Repeating it after a kill goes on. */
export class BlobCopier {
  constructor(
    private readonly source: BlobStore,
    private readonly target: BlobStore,
    private readonly digests: DigestPool,
  ) {}

  async copy(blob: BlobFacts): Promise<CopyResult> {
    const { key } = blob;
    // A blob appears as a whole and only after it was verified.
    if ((await this.target.size(key)) === blob.sizeBytes) {
      // A kill between the blob and the end of its partial leaves what the partial was known by.
      if ((await this.target.partialSize(key)) !== undefined) await this.target.abort(key);
      return 'kept';
    }
    try {
      const sizeBytes = await this.source.size(key);
      if (sizeBytes === undefined) return 'gone';
      if (sizeBytes !== blob.sizeBytes) return 'damaged';
      return (await this.link(blob)) ?? (await this.transfer(blob));
    } catch (error) {
      if (isAbsent(error)) return 'gone';
      throw error;
    }
  }

  /** Undefined where it is not possible, or where the bytes are not what they should be. */
  private async link(blob: BlobFacts): Promise<CopyResult | undefined> {
    if (!(this.source instanceof FsBlobStore && this.target instanceof FsBlobStore)) return undefined;
    if (!(await this.mayLink(blob, this.source, this.target))) return undefined;
    return (await this.target.link(this.source, blob.key)) ? 'linked' : undefined;
  }

  /** Read before it gets its second name: a name that is there means that the bytes were verified. */
  private async mayLink({ key, sha256 }: BlobFacts, source: FsBlobStore, target: FsBlobStore): Promise<boolean> {
    if (!(await target.sharesFileSystem(source))) return false;
    const digest = this.digests.create('sha256');
    try {
      await feedDigest(digest, source.read(key));
      return (await digest.finish()) === sha256;
    } catch (error) {
      digest.dispose();
      if (isAbsent(error)) throw error;
      return false;
    }
  }

  private async transfer(blob: BlobFacts): Promise<CopyResult> {
    const { target } = this;
    const { key, sizeBytes, sha256 } = blob;
    const offset = await this.beginTransfer(blob);
    const digest = this.digests.create('sha256');
    // What an earlier run left is taken for what it turns out to be at the end.
    if (offset > 0) await feedDigest(digest, target.readPartial(key, { end: offset }));
    const { signal } = new AbortController();
    const read = this.source.read(key, { start: offset });
    const appended = await target.append(key, offset, read, {
      ...{ signal, epoch: WRITER_OF_A_BACKUP, maxBytes: sizeBytes - offset, digests: [digest] },
    });
    if (appended.interrupted) {
      digest.dispose();
      // A sector that cannot be read any more must not keep everything else out of the backup.
      if (appended.interrupted.reason !== 'source_failed' || isAbsent(appended.interrupted.cause)) {
        throw toError(appended.interrupted);
      }
      await target.abort(key);
      return 'damaged';
    }
    const isRight = (await digest.finish()) === sha256 && appended.offset === sizeBytes;
    if (isRight) {
      await target.commit(key, key, (await this.source.readSidecar(key)) ?? '', sizeBytes);
      return 'copied';
    }
    await target.abort(key);
    return offset > 0 ? this.transfer(blob) : 'damaged';
  }

  /** Answers how many bytes of an earlier run are there to go on from. */
  private async beginTransfer({ key, sizeBytes }: BlobFacts): Promise<number> {
    const { target } = this;
    await target.begin(key);
    const offset = (await target.partialSize(key)) ?? 0;
    if (offset === 0 || target instanceof FsBlobStore) return Math.min(offset, sizeBytes);
    // They would have to be read again for the digest, and a partial in a bucket that was read takes no more bytes.
    await target.abort(key);
    await target.begin(key);
    return 0;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof BlobStoreError && error.code === 'not_found';
}

function toError({ reason, cause }: { readonly reason: string; readonly cause?: unknown }): Error {
  if (cause instanceof BlobStoreError) return cause;
  if (reason === 'no_space') {
    return new BackupError(
      'There is no space left for the archives. Make room and run the same command again: it goes on from there.',
    );
  }
  return new BackupError(`An archive could not be copied (${reason}): ${String(cause)}`, { cause });
}
