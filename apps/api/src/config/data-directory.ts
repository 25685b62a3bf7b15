import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '@logs-collector/runtime/error-code';
import { readKey, readOrMakeKey } from '@logs-collector/runtime/secret-key-file';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import type { Settings, SettingsWithoutKey } from './settings.js';

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

/** For commands beside the server: finds what a server made, and makes nothing. */
export function existingDataDirectory(settings: SettingsWithoutKey): Settings {
  const keyFile = join(settings.DATA_DIR, 'secret.key');
  if (!existsSync(join(settings.DATA_DIR, 'instance.json')) || (!settings.SECRET_KEY && !existsSync(keyFile))) {
    throw new SettingsError(['DATA_DIR holds no installation. Set it to the directory that the server uses']);
  }
  return { ...settings, SECRET_KEY: settings.SECRET_KEY ?? readKey(keyFile) };
}
