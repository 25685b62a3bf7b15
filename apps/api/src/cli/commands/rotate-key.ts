import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncDirectory, writeFileDurably } from '@logs-collector/runtime/durable-file';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { readKey } from '@logs-collector/runtime/secret-key-file';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { entities } from '../../app.entities.js';
import { SYSTEM_ACTOR } from '../../audit/audit-actors.js';
import { assertEnterable, existingDataDirectory, NEXT_KEY, refuseRootForOthers } from '../../config/data-directory.js';
import type { Settings, SettingsWithoutKey } from '../../config/settings.js';
import { openInstallation } from '../../database/installation.js';
import { inspectDatabase } from '../../database/installation-inspection.js';
import { Resealing, type ResealingResult } from '../../database/resealing.js';
import { type Command, type CommandCall, CommandError, EXIT } from '../command.js';
import { accessTo, type InstallationAccess, readSettings, withInstallation } from '../installation-access.js';
import { sealedValues } from '../sealed-value-parts.js';

const KEY_FILE = 'secret.key';
const PREVIOUS_KEY = 'secret.key.previous';
const KEY_BYTES = 32;

export const rotateKey: Command = {
  positionals: [],
  options: {
    generate: {
      type: 'boolean',
      description: 'make a new key and put it into DATA_DIR/secret.key; the former one is kept as secret.key.previous',
    },
    'servers-stopped': {
      type: 'boolean',
      description: 'with PostgreSQL: you say that no server is running (SQLite is asked by itself)',
    },
  },
  help: [
    'Seals everything that SECRET_KEY_PREVIOUS has sealed (upload tokens, second factors) with SECRET_KEY, in batches, and says how much that was. Interrupted, it goes on when it is called again.',
    'Servers that know only the former key must not run meanwhile: what was sealed anew they could not open. Either stop them, or restart them with both keys first; they then do the same by themselves, and the command completes it and tells when SECRET_KEY_PREVIOUS can be removed.',
    '--generate is for installations whose key is in DATA_DIR/secret.key, while no server runs.',
  ],
  run: async ({ flags, print }: CommandCall) => {
    const given = readSettings();
    refuseRootForOthers(given.DATA_DIR);
    const isStopped = flags.has('servers-stopped');
    if (flags.has('generate')) return generate(given, isStopped, print);
    return change(given, isStopped, print);
  },
};

/** The keys of the environment. */
async function change(given: SettingsWithoutKey, isStopped: boolean, print: (line: string) => void): Promise<number> {
  const settings = existingDataDirectory(given);
  if (!settings.SECRET_KEY_PREVIOUS || settings.SECRET_KEY_PREVIOUS === settings.SECRET_KEY) {
    throw new CommandError(
      'Set SECRET_KEY_PREVIOUS to the former key and SECRET_KEY to the new one, or use --generate.',
    );
  }
  const keyRing = new KeyRing(settings.SECRET_KEY, settings.SECRET_KEY_PREVIOUS);
  const { keyCheck, instanceId = '' } = await inspectDatabase(settings.DB_URL);
  const isTakenUp = keyCheck === keyRing.hashes('key-check', instanceId)[0];
  const seal = (access: InstallationAccess) => sealAll(access, print);
  // Servers that have started with both keys know the new one.
  if (isTakenUp) await withInstallation(seal);
  else await alone(settings, isStopped, seal);
  print('SECRET_KEY_PREVIOUS can be removed.');
  return EXIT.done;
}

async function generate(given: SettingsWithoutKey, isStopped: boolean, print: (line: string) => void): Promise<number> {
  if (given.SECRET_KEY) {
    throw new CommandError('SECRET_KEY is set in the environment; --generate is for a key in DATA_DIR/secret.key.');
  }
  assertEnterable(given.DATA_DIR);
  const path = (name: string): string => join(given.DATA_DIR, name);
  if (!existsSync(path(KEY_FILE)) || !existsSync(path('instance.json'))) {
    throw new CommandError('DATA_DIR holds no installation with a secret.key.');
  }
  // One that is there already is of a run that was interrupted: something may be sealed with it.
  const isNew = !existsSync(path(NEXT_KEY));
  if (isNew) writeFileDurably(path(NEXT_KEY), `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
  const keys = { SECRET_KEY: readKey(path(NEXT_KEY)), SECRET_KEY_PREVIOUS: readKey(path(KEY_FILE)) };
  try {
    await alone({ ...given, ...keys }, isStopped, (access) => sealAll(access, print));
  } catch (error) {
    // Refused before anything was touched: the next start of the server must not stumble over it.
    if (isNew && (error instanceof SettingsError || error instanceof CommandError)) rmSync(path(NEXT_KEY));
    throw error;
  }
  rmSync(path(PREVIOUS_KEY), { force: true });
  linkSync(path(KEY_FILE), path(PREVIOUS_KEY));
  renameSync(path(NEXT_KEY), path(KEY_FILE));
  syncDirectory(given.DATA_DIR);
  print(`The new key is in ${path(KEY_FILE)}: back it up.`);
  print(`The former one is in ${path(PREVIOUS_KEY)}: keep it with the backups of its time, and remove it here.`);
  return EXIT.done;
}

/** While no server runs: on SQLite the lock says so. */
async function alone(
  settings: Settings,
  isStopped: boolean,
  work: (access: InstallationAccess) => Promise<void>,
): Promise<void> {
  if (settings.DB_URL.kind === 'postgres' && !isStopped) {
    throw new CommandError(
      'Servers that know only the former key could not open what is sealed anew. Stop them all and add --servers-stopped, or restart them with SECRET_KEY and SECRET_KEY_PREVIOUS first. Nothing was touched.',
    );
  }
  const keyRing = new KeyRing(settings.SECRET_KEY, settings.SECRET_KEY_PREVIOUS);
  const installation = await openInstallation(settings, keyRing, entities);
  try {
    await work(accessTo(settings, keyRing, installation));
  } finally {
    await installation.close();
  }
}

async function sealAll(access: InstallationAccess, print: (line: string) => void): Promise<void> {
  const { keyRing, database, audit } = access;
  const { sealed, unreadable } = (await new Resealing(keyRing, sealedValues(access), database).sealAll(
    () => false,
  )) as ResealingResult;
  await audit.record({ action: 'installation.key_rotated', actor: SYSTEM_ACTOR, details: { sealed, unreadable } });
  print(`${sealed} values were sealed with the new key.`);
  if (unreadable > 0) print(`${unreadable} values can be opened with neither key and stay as they are (see above).`);
}
