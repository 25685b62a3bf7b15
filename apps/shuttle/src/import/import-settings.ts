import { resolve } from 'node:path';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { readSettings, type SettingDefinitions, SettingsError } from '@logs-collector/runtime/settings-reader';
import { settingDefinitions } from '../config/setting-definitions.js';
import { databaseOf } from '../config/settings.js';

/** The former shuttle takes an address without a scheme as well. */
function redisUrl(value: string): string {
  const url = URL.parse(value.includes('://') ? value : `redis://${value}`);
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new RangeError('must be redis://host:port');
  }
  return url.href;
}

const { DATA_DIR, DB_URL, POSTGRES_URL, SECRET_KEY, SECRET_KEY_PREVIOUS, DRAIN_ALLOW_NETS } = settingDefinitions;
const definitions = {
  ...{ DATA_DIR, DB_URL, POSTGRES_URL, SECRET_KEY, SECRET_KEY_PREVIOUS, DRAIN_ALLOW_NETS },
  REDIS_URL: { parse: redisUrl, description: 'The Redis of the former shuttle.' },
} as const satisfies SettingDefinitions;

/** Those of the shuttle that say where its drains are kept, and where the former ones are. */
export function loadImportSettings(
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
) {
  const given = readSettings(definitions, environment, readFile);
  const formerPostgres: DatabaseTarget | undefined = given.POSTGRES_URL;
  if (given.REDIS_URL === undefined && formerPostgres === undefined) {
    throw new SettingsError(['REDIS_URL or POSTGRES_URL must name the store of the former shuttle']);
  }
  if (formerPostgres?.kind === 'sqlite') throw new SettingsError(['POSTGRES_URL must be postgres://…']);
  const dataDir = resolve(given.DATA_DIR);
  return {
    ...given,
    DATA_DIR: dataDir,
    DB_URL: databaseOf(dataDir, given.DB_URL ?? formerPostgres),
    formerPostgresUrl: formerPostgres?.url,
  };
}
