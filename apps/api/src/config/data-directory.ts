import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '@logs-collector/runtime/error-code';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import type { Settings, SettingsWithoutKey } from './settings.js';

const KEY_BYTES = 32;

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
  return { ...settings, SECRET_KEY: settings.SECRET_KEY ?? readOrMakeKey(join(directory, 'secret.key')) };
}

function readOrMakeKey(path: string): string {
  try {
    return makeKey(path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST')
      throw new SettingsError([`DATA_DIR/secret.key cannot be written (${errorCode(error)})`]);
  }
  const key = readFileSync(path, 'utf8').trim();
  if (Buffer.byteLength(key) < KEY_BYTES)
    throw new SettingsError(['DATA_DIR/secret.key is damaged; restore it from a backup']);
  return key;
}

/** O_EXCL decides which of two processes makes the key; it is on disk before anything is sealed with it. */
function makeKey(path: string): string {
  const key = randomBytes(KEY_BYTES).toString('base64url');
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, `${key}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return key;
}
