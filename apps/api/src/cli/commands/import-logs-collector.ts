import { dirname, join, resolve } from 'node:path';
import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { type DatabaseTarget, parseDatabaseUrl } from '@logs-collector/runtime/database-url';
import { refuseRootForOthers } from '../../config/data-directory.js';
import { openBlobStore } from '../../storage/open-blob-store.js';
import { type Command, type CommandCall, EXIT, UsageError } from '../command.js';
import { FormerArchives } from '../former/former-archives.js';
import { FormerDatabase } from '../former/former-database.js';
import { FormerImport, type FormerSource } from '../former/former-import.js';
import { ImportContext } from '../former/import-context.js';
import { ImportReport } from '../former/import-report.js';
import { withInstallation } from '../installation-access.js';
import { readSecret } from '../secret-input.js';
import { Throughput } from '../throughput.js';

export const importLogsCollector: Command = {
  positionals: [],
  options: {
    database: {
      type: 'string',
      value: 'file or URL',
      description: 'db.sqlite3 of the former application, or its psql:// address without a password',
    },
    archives: {
      type: 'string',
      value: 'directory',
      description: 'its archives folder; beside db.sqlite3 unless it is named',
    },
    'dry-run': { type: 'boolean', description: 'say what would be imported, and write nothing' },
    invite: { type: 'boolean', description: 'print a link (72 hours, once) for each imported user without a password' },
    json: { type: 'boolean', description: 'print the report as JSON' },
  },
  help: [
    'Brings over what the Django application of the same name (0.1.x) has: platforms, tickets with their upload tokens, archives, users. The former data are only read. Stop the former application first, so that nothing arrives there any more.',
    'Without --database the address comes from FORMER_DATABASE, from the file that FORMER_DATABASE_FILE names, from standard input, or is asked for at a terminal: the place for one with a password.',
    'It may be repeated, also after it was interrupted: what is here already stays as it is, and what was deleted here does not come back. Upload tokens work as before, for TOKEN_LIFETIME_MAX from the import. Superusers become administrators, everybody else staff; passwords and second factors are not imported.',
    'Every archive is held against the size and the MD5 that the former application noted. A dry run compares sizes only.',
    'Exit codes: 0 everything is here, 1 not done, or something was left out (it is named), 2 called wrongly.',
  ],
  run,
};

async function run({ flags, values, print, note }: CommandCall): Promise<number> {
  const isDry = flags.has('dry-run');
  if (isDry && flags.has('invite')) throw new UsageError('--invite makes links, and --dry-run makes nothing.');
  const target = databaseTarget(
    values.get('database'),
    values.get('database') === undefined ? await askedAddress() : undefined,
  );
  const folder = archivesFolder(values.get('archives'), target);
  const report = new ImportReport(isDry);
  await withInstallation(async (access) => {
    if (!isDry) refuseRootForOthers(access.settings.DATA_DIR);
    const archives = await FormerArchives.open(folder);
    const database = await FormerDatabase.open(target);
    try {
      const context = new ImportContext(access, report, isDry);
      await importFrom({ database, archives }, context, flags.has('invite'), note);
    } finally {
      await database.close();
    }
  });
  if (flags.has('json')) print(report.toJson());
  else for (const line of report.toLines()) print(line);
  return report.isComplete ? EXIT.done : EXIT.failed;
}

async function importFrom(
  source: FormerSource,
  context: ImportContext,
  isInviting: boolean,
  note: (line: string) => void,
): Promise<void> {
  const digests = new DigestPool({ workers: 2 });
  try {
    const store = await openBlobStore(context.access.settings);
    const formerImport = new FormerImport(context, source, { store, digests });
    const throughput = new Throughput();
    await formerImport.run((sizeBytes) => throughput.add(sizeBytes));
    if (!context.isDry) note(`archives: ${throughput}`);
    if (isInviting) await formerImport.inviteAll();
  } finally {
    await digests.close();
  }
}

function askedAddress(): Promise<string> {
  return readSecret({ name: 'FORMER_DATABASE', prompt: 'Database of the former application', isNew: false });
}

/** A path or an address. What stands on a command line everybody on the machine can read. */
function databaseTarget(given: string | undefined, asked = ''): DatabaseTarget {
  const text = given ?? asked;
  if (!text.includes('://')) return { kind: 'sqlite', path: resolve(text) };
  let target: DatabaseTarget;
  try {
    target = parseDatabaseUrl(text);
  } catch {
    throw new UsageError('The former database must be a file, or psql://user@host:port/database.');
  }
  if (given !== undefined && target.kind === 'postgres' && new URL(target.url).password !== '') {
    throw new UsageError(
      'Put an address with a password into FORMER_DATABASE, or into a file that FORMER_DATABASE_FILE names.',
    );
  }
  return target;
}

function archivesFolder(given: string | undefined, target: DatabaseTarget): string {
  if (given !== undefined) return resolve(given);
  if (target.kind === 'sqlite') return join(dirname(target.path), 'archives');
  throw new UsageError('Name the archives folder of the former application with --archives.');
}
