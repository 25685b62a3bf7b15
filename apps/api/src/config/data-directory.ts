import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '@logs-collector/runtime/error-code';
import { ownership, ownUserId } from '@logs-collector/runtime/file-owner';
import { makeDirectory } from '@logs-collector/runtime/make-directory';
import { readKey, readOrMakeKey } from '@logs-collector/runtime/secret-key-file';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import type { Settings, SettingsWithoutKey } from './settings.js';

const OTHER_FILE = 'something other than a directory is in its place';
/** Why it cannot be made, where that is not a question of rights. */
const OBSTACLES: Readonly<Record<string, string>> = {
  EEXIST: OTHER_FILE,
  ENOTDIR: OTHER_FILE,
  ENOENT:
    'a link leads to what is not there, or the system makes no directories in this place, as in /proc: is the volume mounted?',
};
const FORMER_DATABASE = 'db.sqlite3';
/** Where the original's image kept its data. */
const FORMER_DATA_DIRECTORY = '/app/data';

/** Stands in DATA_DIR from the beginning of a restore to its end. */
export const RESTORE_MARKER = 'restore-under-way';
/** Stands in DATA_DIR from the beginning of a change of the key to its end: the key that is to come. */
export const NEXT_KEY = 'secret.key.next';

/** Makes DATA_DIR where it is missing, refuses one that belongs to the original application, and finds the secret key. */
export function prepareDataDirectory(settings: SettingsWithoutKey): Settings {
  const directory = settings.DATA_DIR;
  try {
    makeDirectory(directory);
  } catch (error) {
    const code = errorCode(error) ?? '';
    const remedy = OBSTACLES[code] ?? `it must belong to user ${ownUserId()}`;
    throw new SettingsError([`DATA_DIR cannot be made or entered (${code}); ${remedy}`]);
  }
  assertNotOfFormerApplication(directory);
  assertUsable(directory);
  refuseUnfinished(directory);
  return { ...settings, SECRET_KEY: settings.SECRET_KEY ?? readOrMakeKey(join(directory, 'secret.key')) };
}

/** A volume that was made by somebody else is the usual mistake with containers, so both users are named. */
function assertUsable(directory: string): void {
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new SettingsError([`DATA_DIR cannot be written (${errorCode(error)}); ${ownership(directory)}`]);
  }
}

/**
 * Refuses a volume of the original application, in DATA_DIR or where its own container had it. Once there is an
 * installation of ours, the original's volume may stand beside it: that is how it is imported.
 */
function assertNotOfFormerApplication(directory: string): void {
  const places = existsSync(join(directory, 'instance.json')) ? [directory] : [directory, FORMER_DATA_DIRECTORY];
  const found = places.find((place) => existsSync(join(place, FORMER_DATABASE)));
  if (found === undefined) return;
  const [name, remedy] =
    found === directory
      ? ['DATA_DIR', 'Start with an empty DATA_DIR']
      : [found, 'Mount it at another place, read-only, until the server has started once'];
  throw new SettingsError([
    `${name} holds the data of the former Logs Collector (${FORMER_DATABASE}). Nothing was touched. ${remedy}, and bring the data over with the command import-logs-collector`,
  ]);
}

/** What a command has begun and was killed at, only the same command completes. */
function refuseUnfinished(directory: string): void {
  if (existsSync(join(directory, RESTORE_MARKER))) {
    throw new SettingsError(['DATA_DIR holds a restore that was interrupted. Run the same restore command again']);
  }
  if (existsSync(join(directory, NEXT_KEY))) {
    throw new SettingsError([
      'A change of the secret key was interrupted. Run the command rotate-key --generate again; it completes that',
    ]);
  }
}

/** For commands: what is there and hidden from this user must not be taken for missing. */
export function assertEnterable(directory: string): void {
  try {
    readdirSync(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw new SettingsError([
      `DATA_DIR cannot be entered (${errorCode(error)}); ${ownership(directory)}. Run the command as the user of the server`,
    ]);
  }
}

/**
 * For commands that make files in DATA_DIR: as root they may, and the server of another user cannot read them afterwards.
 *
 * @param user whose process it is.
 */
export function refuseRootForOthers(directory: string, user = process.geteuid?.()): void {
  if (user !== 0) return;
  const found = [join(directory, 'instance.json'), directory].find((path) => existsSync(path));
  const owner = found === undefined ? 0 : statSync(found).uid;
  if (owner === 0) return;
  throw new SettingsError([
    `DATA_DIR belongs to user ${owner}, who could not read what root makes there. Nothing was touched. Run the command as that user, for example with: sudo --preserve-env -u '#${owner}' …`,
  ]);
}

/** For commands beside the server: finds what a server made, and makes nothing. */
export function existingDataDirectory(settings: SettingsWithoutKey): Settings {
  assertEnterable(settings.DATA_DIR);
  const keyFile = join(settings.DATA_DIR, 'secret.key');
  // With an S3 store everything of an installation is elsewhere.
  const isThere = settings.STORAGE_URL.kind === 's3' || existsSync(join(settings.DATA_DIR, 'instance.json'));
  if (!isThere || (!settings.SECRET_KEY && !existsSync(keyFile))) {
    throw new SettingsError(['DATA_DIR holds no installation. Set it to the directory that the server uses']);
  }
  refuseUnfinished(settings.DATA_DIR);
  return { ...settings, SECRET_KEY: settings.SECRET_KEY ?? readKey(keyFile) };
}
