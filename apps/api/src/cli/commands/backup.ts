import { resolve } from 'node:path';
import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { entities } from '../../app.entities.js';
import type { ArchiveRow } from '../../backup/backup-contents.js';
import { BackupDirectory } from '../../backup/backup-directory.js';
import { type BackupProgress, BackupWriter } from '../../backup/backup-writer.js';
import type { Manifest } from '../../backup/manifest.js';
import { inspectDatabase } from '../../database/installation-inspection.js';
import { openBlobStore } from '../../storage/open-blob-store.js';
import { toldPlainly } from '../backup-errors.js';
import { verifyBackup } from '../backup-verification.js';
import { type Command, type CommandCall, CommandError, EXIT, UsageError } from '../command.js';
import { type InstallationAccess, withInstallation } from '../installation-access.js';
import { named } from '../named-archive.js';
import { readSecret } from '../secret-input.js';
import { Throughput } from '../throughput.js';

export const backup: Command = {
  positionals: ['directory'],
  options: {
    'with-key': {
      type: 'boolean',
      description: 'put SECRET_KEY into the backup, encrypted with a passphrase',
    },
    verify: {
      type: 'boolean',
      description: 'make none, and read the one that is there again',
    },
  },
  help: [
    'Writes all tables as they are at one moment, then the archives that they speak of, each read and compared with its SHA-256 as it is brought there; what an earlier run has brought is kept and not read again. On the file system of the archives they are hard-linked, elsewhere copied. Whatever is stored before the command begins is in the backup; uploads under way are not.',
    'Called again with the same directory it copies what is new, and goes on where it was interrupted. The earlier backup there is whole until the new one is complete.',
    'Without --with-key the backup cannot be used without SECRET_KEY (DATA_DIR/secret.key): keep that one apart. The passphrase comes from BACKUP_PASSPHRASE, from the file that BACKUP_PASSPHRASE_FILE names, from standard input, or is asked for at a terminal; `age --decrypt` opens secret.key.age too.',
    'With --verify nothing is written, and neither an installation nor a key is needed: the tables are compared with their SHA-256 and their numbers of rows, and every archive is read and compared with its SHA-256. What is missing or damaged is named, and so is what was lost before the backup was made.',
    'Exit codes: 0 complete, 1 not done, or complete but for archives whose bytes are missing or damaged (they are named), 2 called wrongly. With --verify: 0 whole, 1 not.',
  ],
  run,
};

async function run({ positionals: [path = ''], flags, print }: CommandCall): Promise<number> {
  if (flags.has('verify')) {
    if (flags.has('with-key')) throw new UsageError('--verify makes no backup, so it does not go with --with-key.');
    return toldPlainly(() => verifyBackup(resolve(path), print));
  }
  const passphrase = flags.has('with-key')
    ? await readSecret({ name: 'BACKUP_PASSPHRASE', prompt: 'Passphrase for the secret key', isNew: true })
    : undefined;
  return withInstallation((access) => toldPlainly(() => write(access, resolve(path), passphrase, print)));
}

async function write(
  access: InstallationAccess,
  path: string,
  passphrase: string | undefined,
  print: (line: string) => void,
): Promise<number> {
  const { settings, database, keyRing } = access;
  if (passphrase !== undefined && keyRing.hasPrevious) {
    throw new CommandError('SECRET_KEY is being replaced: complete that with rotate-key before you back the key up.');
  }
  const directory = await BackupDirectory.forWriting(path);
  const digests = new DigestPool({ workers: 2 });
  try {
    const store = await openBlobStore(settings);
    const { instanceId = '' } = await inspectDatabase(settings.DB_URL);
    const log = new BackupLog(print);
    const sources = { settings, entities, database, store, digests, instanceId };
    const manifest = await new BackupWriter(sources, directory, log).write(passphrase);
    log.summarise(manifest);
    const { missing, damaged } = manifest.archives;
    return missing.length + damaged.length > 0 ? EXIT.failed : EXIT.done;
  } finally {
    await digests.close();
    directory.close();
  }
}

class BackupLog implements BackupProgress {
  private readonly throughput = new Throughput();
  private readonly counts = { kept: 0, linked: 0, copied: 0 };

  constructor(private readonly print: (line: string) => void) {}

  onArchive(sizeBytes: number, kind: 'kept' | 'linked' | 'copied'): void {
    this.counts[kind] += 1;
    if (kind !== 'kept') this.throughput.add(sizeBytes);
  }

  onMissing(archive: ArchiveRow): void {
    this.print(`missing: ${named(archive)}`);
  }

  onDamaged(archive: ArchiveRow): void {
    this.print(`damaged, not copied: ${named(archive)}`);
  }

  summarise({ tables, archives, taken_at }: Manifest): void {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    const { kept, linked, copied } = this.counts;
    this.print(`${rows} rows of ${tables.length} tables as of ${taken_at}`);
    this.print(
      `${archives.count} archives, ${archives.bytes} bytes: ${copied} copied, ${linked} linked, ${kept} kept (${this.throughput})`,
    );
    const deleted = archives.deleted_meanwhile.length;
    if (deleted > 0) this.print(`${deleted} archives were deleted meanwhile and are not in the backup`);
    const lost = archives.missing.length + archives.damaged.length;
    this.print(lost === 0 ? 'The backup is complete.' : `The backup is complete but for ${lost} archives named above.`);
  }
}
