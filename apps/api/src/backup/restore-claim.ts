import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { makeDirectory } from '@logs-collector/runtime/make-directory';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import type { InstallationFile } from '../database/installation-file.js';
import { inspectDatabase } from '../database/installation-inspection.js';
import { lockInstallation } from '../database/installation-lock.js';
import {
  type InstallationPlace,
  type InstallationRecord,
  installationRecord,
} from '../database/installation-record.js';
import { tryRestoreTurn } from '../database/postgres-start.js';
import { BackupError } from './backup-error.js';
import type { Manifest } from './manifest.js';
import { markRestore, type RestoreUnderWay, restoreUnderWay, unmarkRestore } from './restore-marker.js';
import { tablesIn } from './table-loader.js';

/** What an empty DATA_DIR may hold: the key that was put there for this, an empty store, what file systems put there. */
const HARMLESS = new Set(['secret.key', 'blobs', 'uploads', 'quarantine', 'lost+found']);
/** Of a run that was killed before it could say that it had begun. */
const LEFTOVER = /^(restore-under-way|secret\.key)\.[0-9a-f]+\.tmp$/;
const NAMES_SHOWN = 5;
const IN_USE = 'Another restore into the same place is under way, or a server uses it. Nothing was touched.';

interface Lock {
  release(): void | Promise<void>;
}

/**
 * The right of one restore to a place: its DATA_DIR, its database and its store. The first two are locked, so that of two
 * restores at once one is refused. The record beside the archives, which other hosts see too, says that a restore is
 * under way, and which: until it is complete no server starts there, and no other restore begins.
 */
export class RestoreClaim {
  private constructor(
    readonly id: string,
    private readonly lock: Lock,
  ) {}

  /** Refuses a place with something in it, unless it is what an interrupted restore of this backup has left. */
  static async make(
    place: InstallationPlace,
    manifest: Manifest,
    openStore: () => Promise<BlobStore>,
  ): Promise<{ readonly claim: RestoreClaim; readonly store: BlobStore }> {
    const earlier = restoreUnderWay(place.DATA_DIR);
    if (earlier !== undefined && earlier.snapshot !== manifest.snapshot) {
      throw new BackupError(
        'DATA_DIR holds the unfinished restore of another backup. Complete that one, or empty the directory.',
      );
    }
    if (!earlier) await refuseUsedPlace(place);
    makeDirectory(place.DATA_DIR);
    const store = await openStore();
    const record = await installationRecord(place);
    if (!earlier) await refuseUsedStore(store, record, manifest);
    const claim = new RestoreClaim(earlier?.claim ?? randomUUID(), await lockDatabase(place.DB_URL));
    try {
      // What was looked at must still hold: another restore may have come between.
      if (earlier) await assertOwnDatabase(place.DB_URL, manifest);
      else await refuseUsedPlace(place);
      if (earlier) await goOn(record, manifest, earlier);
      else await begin(place.DATA_DIR, record, manifest, claim.id);
      return { claim, store };
    } catch (error) {
      await claim.release();
      throw error;
    }
  }

  /** Before the database is opened as a server does, which takes the same lock; what was claimed stays claimed. */
  async release(): Promise<void> {
    await this.lock.release();
  }
}

async function lockDatabase(target: DatabaseTarget): Promise<Lock> {
  if (target.kind === 'postgres') {
    const turn = await tryRestoreTurn(target.url);
    if (!turn) throw new BackupError(IN_USE);
    return { release: () => turn.end() };
  }
  try {
    return lockInstallation(target);
  } catch (error) {
    throw error instanceof SettingsError ? new BackupError(IN_USE) : error;
  }
}

async function refuseUsedPlace({ DATA_DIR, DB_URL }: InstallationPlace): Promise<void> {
  // A lock is a tiny database, which may have a journal beside it.
  const locks = DB_URL.kind === 'sqlite' ? ['.lock', '.lock-journal'].map((end) => basename(DB_URL.path) + end) : [];
  const names = existsSync(DATA_DIR) ? readdirSync(DATA_DIR) : [];
  const isForeign = (name: string) => !HARMLESS.has(name) && !LEFTOVER.test(name) && !locks.includes(name);
  refuseUnlessEmpty('DATA_DIR', names.filter(isForeign));
  if (DB_URL.kind === 'postgres' || existsSync(DB_URL.path)) {
    refuseUnlessEmpty('The database that DB_URL names', await tablesIn(DB_URL));
  }
}

async function refuseUsedStore(store: BlobStore, record: InstallationRecord, manifest: Manifest): Promise<void> {
  const found = await record.read();
  if (found) throw new BackupError(describeOccupant(record, found, manifest));
  for await (const { key } of store.list()) refuseUnlessEmpty('The place that STORAGE_URL names', [key]);
}

/** What an interrupted restore has loaded, or nothing: DB_URL may have been changed meanwhile. */
export async function assertOwnDatabase(target: DatabaseTarget, manifest: Manifest): Promise<void> {
  const { instanceId } = await inspectDatabase(target);
  if (instanceId === undefined || instanceId === manifest.instance_id) return;
  throw new BackupError('The database that DB_URL names belongs to another installation. Nothing was touched.');
}

async function begin(dataDir: string, record: InstallationRecord, manifest: Manifest, claim: string): Promise<void> {
  const { snapshot, instance_id } = manifest;
  if (!markRestore(dataDir, { snapshot, claim })) throw new BackupError(IN_USE);
  if (await record.create({ instance_id, is_new: false, restoring: claim })) return;
  unmarkRestore(dataDir);
  throw new BackupError(IN_USE);
}

async function goOn(record: InstallationRecord, manifest: Manifest, { claim }: RestoreUnderWay): Promise<void> {
  const { instance_id } = manifest;
  const found = await record.read();
  if (found?.instance_id === instance_id && (found.restoring ?? claim) === claim) return;
  if (found) throw new BackupError(describeOccupant(record, found, manifest));
  if (!(await record.create({ instance_id, is_new: false, restoring: claim }))) throw new BackupError(IN_USE);
}

function describeOccupant({ place }: InstallationRecord, found: InstallationFile, { instance_id }: Manifest): string {
  if (found.instance_id !== instance_id) return `${place} belongs to another installation. Nothing was touched.`;
  if (found.restoring === undefined) return `${place} holds this installation already. Nothing was touched.`;
  return `${place} holds the unfinished restore of another DATA_DIR. Complete it there, or empty the place. Nothing was touched.`;
}

function refuseUnlessEmpty(place: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  throw new BackupError(`${place} is not empty: there is ${shown}${more}. Nothing was touched.`);
}
