import { existsSync } from 'node:fs';
import type { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { feedDigest } from '@logs-collector/blob-store/feed-digest';
import { ARCHIVE_TABLE, type ArchiveRow, hasBytes } from './backup-contents.js';
import type { BackupDirectory } from './backup-directory.js';
import { BackupError } from './backup-error.js';
import { inParallel } from './in-parallel.js';
import { type Manifest, readManifest } from './manifest.js';
import { readTable, verifyTable } from './table-files.js';
import { assertKnown } from './table-loader.js';

const PARALLEL_READS = 4;

export type FoundInBackup = 'whole' | 'missing' | 'damaged';

export interface VerificationProgress {
  /** Every archive that a restore would bring back, as it becomes known. */
  readonly onArchive: (archive: ArchiveRow, found: FoundInBackup) => void;
  /** Anything else that is not as it was written, in words for the administrator. */
  readonly onFault: (fault: string) => void;
}

/** Reads a complete backup to its last byte and changes nothing: whether it could be restored is known before it has to be. */
export class BackupVerifier {
  private readonly path: string;

  constructor(
    private readonly directory: BackupDirectory & { readonly manifest: Manifest },
    private readonly digests: DigestPool,
    private readonly progress: VerificationProgress,
  ) {
    this.path = directory.snapshotPath(directory.manifest.snapshot);
  }

  /** Throws where the backup is of a newer version, or another one has taken its place meanwhile. */
  async verify(): Promise<void> {
    const { manifest } = this.directory;
    assertKnown(manifest.migrations);
    const damagedTables = await this.verifyTables();
    if (manifest.has_key && !existsSync(this.directory.keyPath(manifest.snapshot))) {
      this.progress.onFault('The secret key, which was put into the backup, is not there.');
    }
    if (damagedTables.has(ARCHIVE_TABLE)) this.progress.onFault('Which archives there should be cannot be known.');
    else await this.verifyArchives();
    if (readManifest(this.directory.path)?.snapshot !== manifest.snapshot) {
      throw new BackupError('Another backup was completed there meanwhile. Verify that one.');
    }
  }

  /** Answers the names of those that are not what was written. */
  private async verifyTables(): Promise<Set<string>> {
    const damaged = new Set<string>();
    for (const table of this.directory.manifest.tables) {
      try {
        await verifyTable(this.path, table);
      } catch (error) {
        if (!(error instanceof BackupError)) throw error;
        damaged.add(table.name);
        this.progress.onFault(error.message);
      }
    }
    return damaged;
  }

  private async verifyArchives(): Promise<void> {
    const { archives } = this.directory.manifest;
    const deleted = new Set(archives.deleted_meanwhile);
    let count = 0;
    await inParallel(PARALLEL_READS, readTable<ArchiveRow>(this.path, ARCHIVE_TABLE), async (archive) => {
      if (!hasBytes(archive) || deleted.has(archive.id)) return;
      const found = await this.check(archive);
      count += 1;
      this.progress.onArchive(archive, found);
    });
    const expected = archives.count + archives.missing.length + archives.damaged.length;
    if (count !== expected) {
      this.progress.onFault(`The rows name ${count} archives, and the manifest says ${expected}.`);
    }
  }

  private async check({ blob_key: key, size_bytes: sizeBytes, sha256 }: ArchiveRow): Promise<FoundInBackup> {
    const { blobs } = this.directory;
    const size = await blobs.size(key);
    if (size === undefined) return 'missing';
    if (size !== sizeBytes) return 'damaged';
    const digest = this.digests.create('sha256');
    try {
      await feedDigest(digest, blobs.read(key));
    } catch {
      // A sector that cannot be read any more must not keep the rest from being looked at.
      digest.dispose();
      return 'damaged';
    }
    return (await digest.finish()) === sha256 ? 'whole' : 'damaged';
  }
}
