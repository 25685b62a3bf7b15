import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { KeyRing } from '@logs-collector/runtime/key-ring';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { StartUpError } from '../common/errors/start-up-error.js';
import { Ballast, volumeOf } from './ballast.js';
import { type EntityClass, openCurrentDataSources, openDataSources } from './data-sources.js';
import { Database } from './database.js';
import type { InstallationFile } from './installation-file.js';
import { inspectDatabase, type KnownDatabase } from './installation-inspection.js';
import { lockInstallation } from './installation-lock.js';
import { type InstallationPlace, type InstallationRecord, installationRecord } from './installation-record.js';
import { assertRightKeys, recordKeys } from './key-records.js';
import { Meta } from './meta.entity.js';
import { takeTurn } from './postgres-start.js';
import { checkAfterCrash, warnOfNetworkFileSystem, wasLeftOpen } from './sqlite-file.js';

const INSTANCE_ID = 'instance_id';
/** Less than a start needs: the shared memory of SQLite, its log, a migration's first pages. */
const FULL_BELOW_BYTES = 4 * 1024 * 1024;

/** A database that is certainly ours: the right one for this DATA_DIR and this SECRET_KEY, and nobody else's. */
export interface Installation {
  readonly database: Database;
  readonly record: InstallationRecord;
  /** Of an SQLite database. */
  readonly ballast?: Ballast;
  close(): Promise<void>;
}

/**
 * Opens the database of this installation and brings it up to date. Everything is looked at first, without writing:
 * where something does not fit, SettingsError says what, and nothing was touched. `restore` is the restore whose last
 * step this is: nobody else may open what it has not completed.
 */
export async function openInstallation(
  settings: InstallationPlace,
  keyRing: KeyRing,
  entities: EntityClass[],
  restore?: string,
): Promise<Installation> {
  if (settings.DB_URL.kind === 'sqlite') return openSqlite(settings, settings.DB_URL.path, keyRing, entities, restore);
  const turn = await takeTurn(settings.DB_URL.url);
  try {
    return await openInTurn(settings, keyRing, entities, restore);
  } finally {
    await turn.end();
  }
}

async function openSqlite(
  settings: InstallationPlace,
  path: string,
  keyRing: KeyRing,
  entities: EntityClass[],
  restore: string | undefined,
): Promise<Installation> {
  const ballast = new Ballast(dirname(path));
  try {
    return await openInTurn(settings, keyRing, entities, restore, ballast);
  } catch (error) {
    // A server that ended on a full volume has to be able to start there, or nobody could delete anything.
    if (error instanceof SettingsError || error instanceof StartUpError) throw error;
    if (!(await isFull(dirname(path))) || !ballast.release()) throw error;
    return openInTurn(settings, keyRing, entities, restore, ballast);
  }
}

async function isFull(directory: string): Promise<boolean> {
  return (await volumeOf(directory)).freeBytes < FULL_BELOW_BYTES;
}

/**
 * Opens the database of an installation that exists, for a command that may run beside the server: nothing is made, and
 * the lock stays the server's.
 */
export async function openExistingInstallation(
  settings: InstallationPlace,
  keyRing: KeyRing,
  entities: EntityClass[],
): Promise<Installation> {
  const known = await inspectDatabase(settings.DB_URL);
  if (known.instanceId === undefined) {
    throw new SettingsError([
      'DB_URL names a database that no server has used yet. Correct it; where the database is lost, restore a backup, or run the command rebuild-index',
    ]);
  }
  const record = await installationRecord(settings);
  const file = await record.read();
  refuseUnfinishedRestore(record.place, file);
  assertBelongTogether(record.place, file, known);
  assertRightKeys(keyRing, known);
  const { writer, reader } = await openCurrentDataSources(settings.DB_URL, entities);
  const database = new Database(writer, reader);
  return { database, record, close: () => database.close() };
}

/** What was looked at must still hold when it is written upon: no other server is at its start meanwhile. */
async function openInTurn(
  settings: InstallationPlace,
  keyRing: KeyRing,
  entities: EntityClass[],
  restore: string | undefined,
  ballast?: Ballast,
): Promise<Installation> {
  const known = await inspectDatabase(settings.DB_URL);
  const record = await installationRecord(settings);
  const file = await record.read();
  if (file?.restoring !== restore) refuseUnfinishedRestore(record.place, file);
  assertBelongTogether(record.place, file, known);
  assertRightKeys(keyRing, known);
  const lock = lockInstallation(settings.DB_URL);
  try {
    if (settings.DB_URL.kind === 'sqlite') examineSqlite(settings.DB_URL.path);
    const { writer, reader } = await openDataSources(settings.DB_URL, entities);
    const database = new Database(writer, reader, ballast);
    await join(database, record, keyRing, file);
    return {
      database,
      record,
      ...(ballast ? { ballast } : {}),
      close: async () => {
        await database.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Only under the lock, for before it another server may be using the file. */
function examineSqlite(path: string): void {
  if (wasLeftOpen(path)) checkAfterCrash(path);
  warnOfNetworkFileSystem(path);
}

function refuseUnfinishedRestore(place: string, file: InstallationFile | undefined): void {
  if (file?.restoring === undefined) return;
  throw new SettingsError([
    `${place} holds a restore that was interrupted, or is under way. Run the same restore command again, where it was begun`,
  ]);
}

function assertBelongTogether(place: string, file: InstallationFile | undefined, known: KnownDatabase): void {
  if (file?.instance_id === known.instanceId) return;
  if (known.instanceId === undefined && file?.is_new) return;
  if (known.instanceId === undefined) {
    throw new SettingsError([
      `${place} belongs to an installation whose database is not the one that DB_URL names (that one is empty). Nothing was touched. Correct DB_URL, restore the database from a backup, or run the command rebuild-index`,
    ]);
  }
  if (file === undefined) {
    throw new SettingsError([
      `${place} is not the directory of this database: instance.json is missing. Is the volume mounted? Nothing was touched. If its files were lost and you go on without them, or have moved them there, put {"instance_id":"${known.instanceId}"} into its instance.json`,
    ]);
  }
  throw new SettingsError([
    `${place} and the database that DB_URL names belong to different installations. Nothing was touched`,
  ]);
}

/** Writes the two halves of the pair where they are new, and what there is to know of the keys. */
async function join(
  database: Database,
  record: InstallationRecord,
  keyRing: KeyRing,
  file: InstallationFile | undefined,
): Promise<void> {
  const instanceId = file?.instance_id ?? randomUUID();
  if (file === undefined) await record.write({ instance_id: instanceId, is_new: true });
  await database.transaction(async () => {
    const meta = database.repository(Meta);
    const isKnown = await meta.existsBy({ key: INSTANCE_ID });
    if (!isKnown) await meta.insert({ key: INSTANCE_ID, value: instanceId });
    await recordKeys(database, keyRing, instanceId);
  });
  const isComplete = file?.is_new === false && file.restoring === undefined;
  if (!isComplete) await record.write({ instance_id: instanceId, is_new: false });
}
