import { randomBytes } from 'node:crypto';
import { existsSync, fsyncSync, linkSync, mkdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncDirectory, withFile } from '@logs-collector/runtime/durable-file';
import { errorCode } from '@logs-collector/runtime/error-code';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import type { Settings, SettingsWithoutKey } from './settings.js';

const KEY_BYTES = 32;

/** Stands in DATA_DIR from the beginning of a restore to its end. */
export const RESTORE_MARKER = 'restore-under-way';
/** Stands in DATA_DIR from the beginning of a change of the key to its end: the key that is to come. */
export const NEXT_KEY = 'secret.key.next';

/** Makes DATA_DIR where it is missing, refuses one that belongs to the original application, and finds the secret key. */
export function prepareDataDirectory(settings: SettingsWithoutKey): Settings {
  const directory = settings.DATA_DIR;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new SettingsError([
      `DATA_DIR cannot be made or entered (${errorCode(error)}); it must belong to user ${process.getuid?.() ?? '?'}`,
    ]);
  }
  if (existsSync(join(directory, 'db.sqlite3'))) {
    throw new SettingsError([
      'DATA_DIR holds the data of the former Logs Collector (db.sqlite3). Nothing was touched. Start with an empty DATA_DIR and bring the data over with the command import-logs-collector',
    ]);
  }
  refuseUnfinished(directory);
  return { ...settings, SECRET_KEY: settings.SECRET_KEY ?? readOrMakeKey(join(directory, 'secret.key')) };
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

/** For commands beside the server: finds what a server made, and makes nothing. */
export function existingDataDirectory(settings: SettingsWithoutKey): Settings {
  const keyFile = join(settings.DATA_DIR, 'secret.key');
  if (!existsSync(join(settings.DATA_DIR, 'instance.json')) || (!settings.SECRET_KEY && !existsSync(keyFile))) {
    throw new SettingsError(['DATA_DIR holds no installation. Set it to the directory that the server uses']);
  }
  refuseUnfinished(settings.DATA_DIR);
  return { ...settings, SECRET_KEY: settings.SECRET_KEY ?? readKey(keyFile) };
}

export function readOrMakeKey(path: string): string {
  try {
    if (!existsSync(path)) makeKey(path);
  } catch (error) {
    throw new SettingsError([
      `DATA_DIR/secret.key cannot be written (${errorCode(error)}); DATA_DIR must belong to user ${process.getuid?.() ?? '?'}`,
    ]);
  }
  return readKey(path);
}

export function readKey(path: string): string {
  const key = readFileSync(path, 'utf8').trim();
  if (Buffer.byteLength(key) < KEY_BYTES)
    throw new SettingsError(['DATA_DIR/secret.key is damaged; restore it from a backup']);
  return key;
}

/**
 * Of several processes that make a key at once the first to link it wins, and no reader ever sees half of one. It is on
 * disk, and so is its name, before anything is sealed with it.
 */
function makeKey(path: string): void {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    withFile(temporary, 'wx', (file) => {
      writeSync(file, `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
      fsyncSync(file);
    });
    linkSync(temporary, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  syncDirectory(dirname(path));
}
