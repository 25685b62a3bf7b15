import { join, resolve } from 'node:path';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { readSettings, SettingsError, type SettingValues } from '@logs-collector/runtime/settings-reader';
import { settingDefinitions } from './setting-definitions.js';
import type { StorageTarget } from './storage-url.js';

type Given = SettingValues<typeof settingDefinitions>;

/** The settings with everything derived from them filled in: what the rest of the program reads. */
export interface Settings extends SettingsWithoutKey {
  /** Given, or made on the first start and kept under DATA_DIR. */
  readonly SECRET_KEY: string;
}

export interface SettingsWithoutKey extends Omit<Given, 'DB_URL' | 'STORAGE_URL' | 'DATA_DIR'> {
  /** Absolute. */
  readonly DATA_DIR: string;
  readonly DB_URL: DatabaseTarget;
  readonly STORAGE_URL: StorageTarget;
}

/** Injection token for `Settings`. */
export const SETTINGS = Symbol('Settings');

/** The original application's variables and their successors; undefined where there is none. */
const FORMER_NAMES: Readonly<Record<string, string | undefined>> = {
  GUNICORN_BIND: 'HOST and PORT',
  GUNICORN_WORKERS: 'WEB_CONCURRENCY',
  GUNICORN_TIMEOUT: 'REQUEST_IDLE_TIMEOUT',
  GUNICORN_KEEPALIVE: 'KEEP_ALIVE_TIMEOUT',
  GUNICORN_BACKLOG: 'LISTEN_BACKLOG',
  GUNICORN_LOGLEVEL: 'LOG_LEVEL',
  GUNICORN_THREADS: undefined,
  GUNICORN_WORKER_CLASS: undefined,
  GUNICORN_WORKER_CONNECTIONS: undefined,
  SERVER_NAME: undefined,
};

/** A function of the environment and the files that it names; throws SettingsError with every fault at once. */
export function loadSettings(
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): SettingsWithoutKey {
  const given = readSettings(settingDefinitions, environment, readFile);
  const dataDir = resolve(given.DATA_DIR);
  const faults = contradictions(given);
  if (faults.length > 0) throw new SettingsError(faults);
  return {
    ...given,
    DATA_DIR: dataDir,
    DB_URL: given.DB_URL ?? { kind: 'sqlite', path: join(dataDir, 'logs-collector.sqlite3') },
    STORAGE_URL: given.STORAGE_URL ?? { kind: 'file', path: dataDir },
  };
}

function contradictions(given: Given): string[] {
  const faults: string[] = [];
  if ((given.ADMIN_USERNAME === undefined) !== (given.ADMIN_PASSWORD === undefined)) {
    faults.push('ADMIN_USERNAME and ADMIN_PASSWORD must be set together');
  }
  if (given.TOKEN_LIFETIME > given.TOKEN_LIFETIME_MAX) faults.push('TOKEN_LIFETIME must not exceed TOKEN_LIFETIME_MAX');
  return faults;
}

/** One sentence for each variable of the original that is set and does nothing here. */
export function formerSettingWarnings(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(FORMER_NAMES)
    .filter(([name]) => environment[name])
    .map(([name, successor]) =>
      successor
        ? `${name} is not used any more; set ${successor} instead.`
        : `${name} is not used any more and has no successor.`,
    );
}
