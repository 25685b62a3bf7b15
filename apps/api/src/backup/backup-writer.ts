import { randomBytes } from 'node:crypto';
import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import type { DigestPool } from '@logs-collector/blob-store/digest-pool';
import type { Settings } from '../config/settings.js';
import type { EntityClass } from '../database/data-sources.js';
import type { Database } from '../database/database.js';
import { ARCHIVE_TABLE, type ArchiveRow, hasBytes, LEFT_OUT } from './backup-contents.js';
import type { BackupDirectory } from './backup-directory.js';
import { BackupError } from './backup-error.js';
import { BlobCopier } from './blob-copier.js';
import { inParallel } from './in-parallel.js';
import { sealKey } from './key-envelope.js';
import type { ArchivesOfBackup, Manifest, TableFile } from './manifest.js';
import { Snapshot } from './snapshot.js';
import { readTable, writeTable } from './table-files.js';

const PARALLEL_COPIES = 4;

export interface BackupSources {
  readonly settings: Pick<Settings, 'DB_URL' | 'SECRET_KEY'>;
  readonly entities: EntityClass[];
  readonly database: Database;
  readonly store: BlobStore;
  readonly digests: DigestPool;
  readonly instanceId: string;
}

export interface BackupProgress {
  /** An archive is in the backup: `kept` from an earlier one, or new. */
  readonly onArchive: (sizeBytes: number, kind: 'kept' | 'linked' | 'copied') => void;
  readonly onMissing: (archive: ArchiveRow) => void;
  readonly onDamaged: (archive: ArchiveRow) => void;
}

/** Makes a backup beside a running server: the tables of one moment first, then the bytes that they speak of. */
export class BackupWriter {
  private readonly deleted: string[] = [];
  private readonly missing: string[] = [];
  private readonly damaged: string[] = [];
  private count = 0;
  private bytes = 0;

  constructor(
    private readonly sources: BackupSources,
    private readonly directory: BackupDirectory,
    private readonly progress: BackupProgress,
  ) {}

  /** Encrypts the secret key into the backup where a passphrase is given. */
  async write(passphrase: string | undefined): Promise<Manifest> {
    const { instanceId } = this.sources;
    const earlier = this.directory.manifest;
    if (earlier && earlier.instance_id !== instanceId) {
      throw new BackupError('The directory holds the backup of another installation. Nothing was touched.');
    }
    const takenAt = new Date().toISOString();
    const snapshot = `${takenAt.replaceAll(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}`;
    const tables = await this.writeTables(this.directory.makeSnapshot(snapshot));
    const keys = await this.copyArchives(this.directory.snapshotPath(snapshot));
    if (passphrase !== undefined) {
      await sealKey(this.directory.keyPath(snapshot), this.sources.settings.SECRET_KEY, passphrase);
    }
    const manifest: Manifest = {
      ...{ format: 1, instance_id: instanceId, snapshot, taken_at: takenAt, completed_at: new Date().toISOString() },
      ...tables,
      archives: this.archives(),
      has_key: passphrase !== undefined,
    };
    this.directory.complete(manifest);
    await this.directory.prune(manifest, keys);
    return manifest;
  }

  private writeTables(path: string): Promise<{ migrations: string[]; tables: TableFile[] }> {
    return Snapshot.of(this.sources.settings.DB_URL, this.sources.entities, async (snapshot) => {
      const migrations = await snapshot.migrations();
      const tables: TableFile[] = [];
      for (const name of snapshot.tables) {
        tables.push(await writeTable(path, name, snapshot.rows(name, LEFT_OUT.get(name))));
      }
      return { migrations, tables };
    });
  }

  /** Answers the keys of all blobs that the backup needs. */
  private async copyArchives(path: string): Promise<Set<string>> {
    const { store, digests } = this.sources;
    const copier = new BlobCopier(store, this.directory.blobs, digests);
    const keys = new Set<string>();
    await inParallel(PARALLEL_COPIES, readTable<ArchiveRow>(path, ARCHIVE_TABLE), async (archive) => {
      if (!hasBytes(archive)) return;
      const { blob_key: key, size_bytes: sizeBytes, sha256 } = archive;
      const result = await copier.copy({ key, sizeBytes, sha256 });
      if (result === 'gone') return this.noteGone(archive);
      if (result === 'damaged') {
        this.damaged.push(archive.id);
        return this.progress.onDamaged(archive);
      }
      keys.add(key);
      this.count += 1;
      this.bytes += sizeBytes;
      this.progress.onArchive(sizeBytes, result);
    });
    return keys;
  }

  /** Deleted on purpose since the snapshot, or lost: the database of this moment knows. */
  private async noteGone(archive: ArchiveRow): Promise<void> {
    const state = await this.stateOf(archive.id);
    if (state === undefined || state === 'deleting') {
      this.deleted.push(archive.id);
      return;
    }
    this.missing.push(archive.id);
    this.progress.onMissing(archive);
  }

  private async stateOf(id: string): Promise<string | undefined> {
    const row = await this.sources.database.manager
      .createQueryBuilder()
      .select('archive.state', 'state')
      .from(ARCHIVE_TABLE, 'archive')
      .where('archive.id = :id', { id })
      .getRawOne<{ state: string }>();
    return row?.state;
  }

  private archives(): ArchivesOfBackup {
    return {
      ...{ count: this.count, bytes: this.bytes },
      ...{ deleted_meanwhile: this.deleted, missing: this.missing, damaged: this.damaged },
    };
  }
}
