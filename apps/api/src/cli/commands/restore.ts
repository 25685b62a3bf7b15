import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { writeFileDurably } from '@logs-collector/runtime/durable-file';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { readKey } from '@logs-collector/runtime/secret-key-file';
import { entities } from '../../app.entities.js';
import { SYSTEM_ACTOR } from '../../audit/audit-actors.js';
import type { ArchiveRow } from '../../backup/backup-contents.js';
import { BackupDirectory } from '../../backup/backup-directory.js';
import { openKey } from '../../backup/key-envelope.js';
import type { Manifest } from '../../backup/manifest.js';
import { RestoreClaim } from '../../backup/restore-claim.js';
import { unmarkRestore } from '../../backup/restore-marker.js';
import { type RestoreProgress, Restorer } from '../../backup/restorer.js';
import { refuseRootForOthers } from '../../config/data-directory.js';
import type { Settings, SettingsWithoutKey } from '../../config/settings.js';
import { openInstallation } from '../../database/installation.js';
import { assertRightKeys, KEY_CHECK, KEY_CHECK_PREVIOUS } from '../../database/key-records.js';
import { openBlobStore } from '../../storage/open-blob-store.js';
import { toldPlainly } from '../backup-errors.js';
import { type Command, type CommandCall, CommandError, EXIT } from '../command.js';
import { accessTo, readSettings } from '../installation-access.js';
import { named } from '../named-archive.js';
import { readSecret } from '../secret-input.js';
import { Throughput } from '../throughput.js';

const KEY_FILE = 'secret.key';

export const restore: Command = {
  positionals: ['directory'],
  options: {},
  help: [
    'Makes the installation that DATA_DIR, DB_URL and STORAGE_URL name from a backup, whichever database it came from, verifies every archive and the number of rows, and brings an older schema up to date. The place has to be empty; no server runs meanwhile.',
    'SECRET_KEY has to be that of the backup: in the environment, in DATA_DIR/secret.key, or from the backup itself where it was made --with-key (passphrase from BACKUP_PASSPHRASE, BACKUP_PASSPHRASE_FILE, standard input or a terminal).',
    'Interrupted, it goes on when it is called again; until it is complete no server starts there. Afterwards everybody logs in anew, and uploads that were under way begin anew.',
    'Exit codes: 0 restored, 1 not done, or restored but for archives that are missing or damaged in the backup (they are named), 2 called wrongly.',
  ],
  run: ({ positionals: [path = ''], print }: CommandCall) => toldPlainly(() => run(resolve(path), print)),
};

async function run(path: string, print: (line: string) => void): Promise<number> {
  const given = readSettings();
  refuseRootForOthers(given.DATA_DIR);
  const directory = await BackupDirectory.forReading(path);
  const { manifest } = directory;
  const restorer = new Restorer(given, directory, manifest);
  await restorer.verifyTables();
  const secretKey = await findKey(given, directory, manifest);
  const settings: Settings = { ...given, SECRET_KEY: secretKey };
  const keyRing = new KeyRing(secretKey, settings.SECRET_KEY_PREVIOUS);
  const meta = await restorer.meta();
  assertRightKeys(keyRing, {
    ...{ instanceId: manifest.instance_id, keyCheck: meta.get(KEY_CHECK) },
    keyCheckPrevious: meta.get(KEY_CHECK_PREVIOUS),
  });
  const { claim, store } = await RestoreClaim.make(settings, manifest, () => openBlobStore(settings));
  if (!given.SECRET_KEY) writeFileDurably(join(given.DATA_DIR, KEY_FILE), `${secretKey}\n`);
  const log = new RestoreLog(print, directory);
  const lost = await restoreArchives(store, restorer, log);
  await restorer.loadTables(lost);
  await claim.release();
  await takeIntoUse(settings, keyRing, manifest, claim.id);
  unmarkRestore(settings.DATA_DIR);
  log.summarise(manifest, lost.size);
  return lost.size > 0 ? EXIT.failed : EXIT.done;
}

async function findKey(settings: SettingsWithoutKey, directory: BackupDirectory, manifest: Manifest): Promise<string> {
  const file = join(settings.DATA_DIR, KEY_FILE);
  if (settings.SECRET_KEY) return settings.SECRET_KEY;
  if (existsSync(file)) return readKey(file);
  if (!manifest.has_key) {
    throw new CommandError(
      'The backup was made without its secret key. Put secret.key of that installation into DATA_DIR, or set SECRET_KEY. Nothing was touched.',
    );
  }
  const prompt = 'Passphrase of the secret key in the backup';
  return openKey(
    directory.keyPath(manifest.snapshot),
    await readSecret({ name: 'BACKUP_PASSPHRASE', prompt, isNew: false }),
  );
}

async function restoreArchives(store: BlobStore, restorer: Restorer, log: RestoreLog): Promise<Set<string>> {
  const digests = new DigestPool({ workers: 2 });
  try {
    return await restorer.copyArchives(store, digests, log);
  } finally {
    await digests.close();
  }
}

/** Brings the schema up to date and leaves the installation as a server that was stopped would. */
async function takeIntoUse(
  settings: Settings,
  keyRing: KeyRing,
  { snapshot, taken_at }: Manifest,
  claim: string,
): Promise<void> {
  const installation = await openInstallation(settings, keyRing, entities, claim);
  try {
    await accessTo(settings, keyRing, installation).audit.record({
      ...{ action: 'installation.restored', actor: SYSTEM_ACTOR, details: { snapshot, taken_at } },
    });
  } finally {
    await installation.close();
  }
}

class RestoreLog implements RestoreProgress {
  private readonly throughput = new Throughput();
  private count = 0;

  constructor(
    private readonly print: (line: string) => void,
    private readonly directory: BackupDirectory,
  ) {}

  onArchive(sizeBytes: number): void {
    this.count += 1;
    this.throughput.add(sizeBytes);
  }

  onLost(archive: ArchiveRow, why: 'gone' | 'damaged'): void {
    const file = this.directory.blobPath(archive.blob_key);
    if (why === 'gone') this.print(`not in the backup: ${named(archive)}`);
    else this.print(`damaged in the backup, not restored: ${named(archive)}, the file ${file}`);
  }

  summarise({ tables, taken_at }: Manifest, lost: number): void {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    this.print(`${rows} rows of ${tables.length} tables as of ${taken_at}`);
    this.print(`${this.count} archives verified (${this.throughput})`);
    this.print(lost === 0 ? 'The installation is restored.' : `The installation is restored but for ${lost} archives.`);
  }
}
