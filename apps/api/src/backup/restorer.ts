import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import type { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { lockInstallation } from '../database/installation-lock.js';
import { type InstallationPlace, installationRecord } from '../database/installation-record.js';
import { takeTurn } from '../database/postgres-start.js';
import { ARCHIVE_TABLE, type ArchiveRow, hasBytes, META_TABLE, UPLOAD_TABLE } from './backup-contents.js';
import type { BackupDirectory } from './backup-directory.js';
import { BackupError } from './backup-error.js';
import { BlobCopier, type CopyResult } from './blob-copier.js';
import { inParallel } from './in-parallel.js';
import type { Manifest } from './manifest.js';
import { markRestore, restoreUnderWay } from './restore-marker.js';
import type { Row } from './snapshot.js';
import { readTable, verifyTable } from './table-files.js';
import { assertKnown, TableLoader, tablesIn } from './table-loader.js';

const PARALLEL_COPIES = 4;
/** What an empty DATA_DIR may hold: the key that was put there for this, an empty store, what file systems put there. */
const HARMLESS = new Set(['secret.key', 'blobs', 'uploads', 'quarantine', 'lost+found']);
/** Of a run that was killed before it could say that it had begun. */
const LEFTOVER = /^(restore-under-way|secret\.key)\.\d+\.tmp$/;
const NAMES_SHOWN = 5;

export interface RestoreProgress {
  readonly onArchive: (sizeBytes: number, kind: 'kept' | 'linked' | 'copied') => void;
  /** Its bytes in the backup are missing or damaged; the restored archive is marked as missing. */
  readonly onLost: (archive: ArchiveRow) => void;
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

  /** Refuses a place with something in it, unless it is what an interrupted restore of this backup has left. */
  async claim(openStore: () => Promise<BlobStore>): Promise<BlobStore> {
    const { DATA_DIR, DB_URL } = this.settings;
    const earlier = restoreUnderWay(DATA_DIR);
    if (earlier === this.manifest.snapshot) return openStore();
    if (earlier !== undefined) {
      throw new BackupError(
        'DATA_DIR holds the unfinished restore of another backup. Complete that one, or empty the directory.',
      );
    }
    const names = existsSync(DATA_DIR) ? readdirSync(DATA_DIR).filter(isForeign) : [];
    refuseUnlessEmpty('DATA_DIR', names);
    if (DB_URL.kind === 'postgres' || existsSync(DB_URL.path)) {
      refuseUnlessEmpty('The database that DB_URL names', await tablesIn(DB_URL));
    }
    mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
    const store = await openStore();
    for await (const { key } of store.list()) refuseUnlessEmpty('The place that STORAGE_URL names', [key]);
    markRestore(DATA_DIR, this.manifest.snapshot);
    return store;
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
      progress.onLost(archive);
    });
    return lost;
  }

  /** Loads all rows; nothing where an earlier run has done it. Afterwards database and DATA_DIR belong together. */
  async loadTables(lost: ReadonlySet<string>): Promise<void> {
    const { DB_URL } = this.settings;
    const lock = lockInstallation(DB_URL);
    const turn = DB_URL.kind === 'postgres' ? await takeTurn(DB_URL.url) : undefined;
    try {
      const loader = await TableLoader.open(DB_URL, this.manifest.migrations);
      try {
        if (await loader.isEmpty(META_TABLE)) await this.loadInto(loader, lost);
      } finally {
        await loader.close();
      }
    } finally {
      await turn?.end();
      lock.release();
    }
    const record = await installationRecord(this.settings);
    await record.write({ instance_id: this.manifest.instance_id, is_new: false });
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

function isForeign(name: string): boolean {
  return !HARMLESS.has(name) && !LEFTOVER.test(name);
}

function refuseUnlessEmpty(place: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  throw new BackupError(`${place} is not empty: there is ${shown}${more}. Nothing was touched.`);
}
