import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import type { DigestPool } from '@logs-collector/blob-store/digest-pool';
import type { InstallationPlace } from '../database/installation-record.js';
import { takeTurn } from '../database/postgres-start.js';
import { ARCHIVE_TABLE, type ArchiveRow, hasBytes, META_TABLE, UPLOAD_TABLE } from './backup-contents.js';
import type { BackupDirectory } from './backup-directory.js';
import { BackupError } from './backup-error.js';
import { BlobCopier, type CopyResult } from './blob-copier.js';
import { inParallel } from './in-parallel.js';
import type { Manifest } from './manifest.js';
import { assertOwnDatabase } from './restore-claim.js';
import type { Row } from './snapshot.js';
import { readTable, verifyTable } from './table-files.js';
import { assertKnown, TableLoader } from './table-loader.js';

const PARALLEL_COPIES = 4;

export interface RestoreProgress {
  readonly onArchive: (sizeBytes: number, kind: 'kept' | 'linked' | 'copied') => void;
  /** Its bytes in the backup are missing (`gone`) or damaged; the restored archive is marked as missing. */
  readonly onLost: (archive: ArchiveRow, why: 'gone' | 'damaged') => void;
}

/** Makes an installation from a backup: first the bytes, then all rows in one transaction. Each step may be repeated. */
export class Restorer {
  private readonly path: string;

  constructor(
    private readonly settings: InstallationPlace,
    private readonly directory: BackupDirectory,
    private readonly manifest: Manifest,
  ) {
    this.path = directory.snapshotPath(manifest.snapshot);
  }

  /** Throws where this program does not know the schema, or the tables are not what was written. */
  async verifyTables(): Promise<void> {
    assertKnown(this.manifest.migrations);
    for (const table of this.manifest.tables) await verifyTable(this.path, table);
  }

  /** What the backed up database knows of itself. */
  async meta(): Promise<ReadonlyMap<string, string>> {
    const values = new Map<string, string>();
    for await (const { key, value } of readTable(this.path, META_TABLE)) values.set(String(key), String(value));
    return values;
  }

  /** Answers the ids of the archives whose bytes could not be had. */
  async copyArchives(store: BlobStore, digests: DigestPool, progress: RestoreProgress): Promise<Set<string>> {
    const copier = new BlobCopier(this.directory.blobs, store, digests);
    const deleted = new Set(this.manifest.archives.deleted_meanwhile);
    const lost = new Set<string>();
    await inParallel(PARALLEL_COPIES, readTable<ArchiveRow>(this.path, ARCHIVE_TABLE), async (archive) => {
      if (!hasBytes(archive) || deleted.has(archive.id)) return;
      const { blob_key: key, size_bytes: sizeBytes, sha256 } = archive;
      const result: CopyResult = await copier.copy({ key, sizeBytes, sha256 });
      if (result !== 'gone' && result !== 'damaged') return progress.onArchive(sizeBytes, result);
      lost.add(archive.id);
      progress.onLost(archive, result);
    });
    return lost;
  }

  /** Loads all rows; nothing where an earlier run has done it. */
  async loadTables(lost: ReadonlySet<string>): Promise<void> {
    const { DB_URL } = this.settings;
    const turn = DB_URL.kind === 'postgres' ? await takeTurn(DB_URL.url) : undefined;
    try {
      await assertOwnDatabase(DB_URL, this.manifest);
      const loader = await TableLoader.open(DB_URL, this.manifest.migrations);
      try {
        if (await loader.isEmpty(META_TABLE)) await this.loadInto(loader, lost);
      } finally {
        await loader.close();
      }
    } finally {
      await turn?.end();
    }
  }

  private loadInto(loader: TableLoader, lost: ReadonlySet<string>): Promise<void> {
    const deleted = new Set(this.manifest.archives.deleted_meanwhile);
    return loader.load(async (insert) => {
      for (const { name, rows } of this.manifest.tables) {
        let leftOut = 0;
        const kept = adjusted(name, readTable(this.path, name), deleted, lost, () => {
          leftOut += 1;
        });
        const inserted = await insert(name, kept);
        if (inserted + leftOut !== rows) {
          throw new BackupError(`The table ${name} has ${inserted + leftOut} rows, and the manifest says ${rows}.`);
        }
      }
    });
  }
}

/** Without what was deleted while the backup ran; archives without bytes are marked. */
async function* adjusted(
  table: string,
  rows: AsyncIterable<Row>,
  deleted: ReadonlySet<string>,
  lost: ReadonlySet<string>,
  onLeftOut: () => void,
): AsyncGenerator<Row> {
  const column = table === ARCHIVE_TABLE ? 'id' : table === UPLOAD_TABLE ? 'archive_id' : undefined;
  for await (const row of rows) {
    const archive = column === undefined ? undefined : String(row[column]);
    if (archive !== undefined && deleted.has(archive)) onLeftOut();
    else if (table === ARCHIVE_TABLE && archive !== undefined && lost.has(archive)) yield { ...row, state: 'missing' };
    else yield row;
  }
}
