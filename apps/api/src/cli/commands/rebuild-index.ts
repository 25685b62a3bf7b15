import { KeyRing } from '@logs-collector/runtime/key-ring';
import { entities } from '../../app.entities.js';
import { SYSTEM_ACTOR } from '../../audit/audit-actors.js';
import { UsersRepository } from '../../auth/users/users.repository.js';
import { Clock } from '../../common/clock.js';
import { Ids } from '../../common/ids.js';
import { prepareDataDirectory, refuseRootForOthers } from '../../config/data-directory.js';
import type { SettingsWithoutKey } from '../../config/settings.js';
import { openInstallation } from '../../database/installation.js';
import { inspectDatabase } from '../../database/installation-inspection.js';
import { installationRecord } from '../../database/installation-record.js';
import { openBlobStore } from '../../storage/open-blob-store.js';
import { type Command, type CommandCall, CommandError, EXIT } from '../command.js';
import { IndexRebuilder, type RebuildCounts, type RebuildProgress } from '../index-rebuilder.js';
import { accessTo, type InstallationAccess, readSettings, withInstallation } from '../installation-access.js';

export const rebuildIndex: Command = {
  positionals: [],
  options: { 'dry-run': { type: 'boolean', description: 'say what would be made, and make nothing' } },
  help: [
    'For an installation that has lost its database, or got an older one back: makes platforms, tickets and archives from the documents that lie beside the archives. What is in the database already stays as it is, so it may be repeated.',
    'Users, upload tokens, notes and the audit trail are not in these documents. On a lost database no server runs meanwhile, and a new administrator is needed afterwards.',
    'Exit codes: 0 done, 1 not done, or some archives have no readable document or another size than it says (they are named), 2 called wrongly.',
  ],
  run,
};

async function run({ flags, print }: CommandCall): Promise<number> {
  const given = readSettings();
  const isDry = flags.has('dry-run');
  const log: RebuildProgress = {
    onUnreadable: (key) => print(`no readable document: ${key}`),
    onDamaged: (key) => print(`other size than its document says: ${key}`),
  };
  const isLost = (await inspectDatabase(given.DB_URL)).instanceId === undefined;
  if (!isLost) return withInstallation((access) => rebuild(access, isDry, log, print));
  if (!(await (await installationRecord(given)).read())) {
    throw new CommandError('DATA_DIR holds no installation. Set it to the directory that the server uses.');
  }
  if (isDry) return dryRunWithoutDatabase(given, log, print);
  return onNewDatabase(given, (access) => rebuild(access, isDry, log, print));
}

/** DATA_DIR is told that its database is to be made anew, as at a first start; its identity stays. */
async function onNewDatabase(
  given: SettingsWithoutKey,
  work: (access: InstallationAccess) => Promise<number>,
): Promise<number> {
  refuseRootForOthers(given.DATA_DIR);
  const settings = prepareDataDirectory(given);
  const record = await installationRecord(settings);
  const file = await record.read();
  if (file && file.restoring === undefined) await record.write({ instance_id: file.instance_id, is_new: true });
  const keyRing = new KeyRing(settings.SECRET_KEY, settings.SECRET_KEY_PREVIOUS);
  const installation = await openInstallation(settings, keyRing, entities);
  try {
    return await work(accessTo(settings, keyRing, installation));
  } finally {
    await installation.close();
  }
}

async function rebuild(
  { settings, database, audit, clock, ids }: InstallationAccess,
  isDry: boolean,
  log: RebuildProgress,
  print: (line: string) => void,
): Promise<number> {
  const store = await openBlobStore(settings);
  const counts = await new IndexRebuilder(database, store, clock, ids, isDry).rebuild(log);
  const { archives, tickets, platforms } = counts;
  if (!isDry && archives > 0) {
    await audit.record({
      action: 'installation.index_rebuilt',
      actor: SYSTEM_ACTOR,
      details: { archives, tickets, platforms },
    });
  }
  const code = summarise(counts, isDry, print);
  if (!(await new UsersRepository(database).exists())) {
    print('There is no user. Make an administrator with create-admin, or with the link of the next start.');
  }
  return code;
}

async function dryRunWithoutDatabase(
  given: SettingsWithoutKey,
  log: RebuildProgress,
  print: (line: string) => void,
): Promise<number> {
  const clock = new Clock();
  const rebuilder = new IndexRebuilder(undefined, await openBlobStore(given), clock, new Ids(clock), true);
  return summarise(await rebuilder.rebuild(log), true, print);
}

function summarise(counts: RebuildCounts, isDry: boolean, print: (line: string) => void): number {
  const { blobs, archives, tickets, platforms, unreadable, damaged } = counts;
  const verb = isDry ? 'would be made' : 'made';
  print(`${blobs} archives looked at; ${verb}: ${archives} archives, ${tickets} tickets, ${platforms} platforms`);
  return unreadable + damaged > 0 ? EXIT.failed : EXIT.done;
}
