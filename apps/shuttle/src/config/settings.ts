import { join, resolve } from 'node:path';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { errorCode } from '@logs-collector/runtime/error-code';
import { makeDirectory } from '@logs-collector/runtime/make-directory';
import { readOrMakeKey } from '@logs-collector/runtime/secret-key-file';
import { readSettings, SettingsError, type SettingValues } from '@logs-collector/runtime/settings-reader';
import { settingDefinitions } from './setting-definitions.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Given = SettingValues<typeof settingDefinitions>;

/** The settings with everything derived from them filled in: what the rest of the program reads. */
export interface Settings extends Omit<Given, 'SHUTTLE_PORT' | 'PORT' | 'USE_SESSION' | 'POSTGRES_URL' | 'DB_URL'> {
  readonly SHUTTLE_PORT: number;
  /** Absolute. */
  readonly DATA_DIR: string;
  readonly DB_URL: DatabaseTarget;
}

const DEFAULT_PORT = 5_000;

/** A function of the environment and the files that it names; throws SettingsError with every fault at once. */
export function loadSettings(environment: Environment, readFile: (path: string) => string): Settings {
  const { SHUTTLE_PORT, PORT, USE_SESSION, POSTGRES_URL, DB_URL, ...given } = read(environment, readFile);
  const dataDir = resolve(given.DATA_DIR);
  return {
    ...given,
    SHUTTLE_PORT: SHUTTLE_PORT ?? PORT ?? DEFAULT_PORT,
    RUN_SESSION: given.RUN_SESSION || USE_SESSION,
    DATA_DIR: dataDir,
    DB_URL: databaseOf(dataDir, DB_URL ?? POSTGRES_URL),
  };
}

/** Never the file of the API, whose environment this may be: two processes must not write one SQLite file. */
export function databaseOf(dataDir: string, given: DatabaseTarget | undefined): DatabaseTarget {
  return given?.kind === 'postgres' ? given : { kind: 'sqlite', path: join(dataDir, 'shuttle.sqlite3') };
}

/** Makes DATA_DIR where it is missing, and finds the key that is shared with the API. */
export function prepareSecretKey(settings: Pick<Settings, 'DATA_DIR' | 'SECRET_KEY'>): string {
  try {
    makeDirectory(settings.DATA_DIR);
  } catch (error) {
    throw new SettingsError([`DATA_DIR cannot be made or entered (${errorCode(error)})`]);
  }
  return settings.SECRET_KEY ?? readOrMakeKey(join(settings.DATA_DIR, 'secret.key'));
}

function read(environment: Environment, readFile: (path: string) => string): Given {
  const faults = contradictions(environment);
  try {
    const given = readSettings(settingDefinitions, environment, readFile, [tlsIsMeant]);
    if (faults.length === 0) return given;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    faults.unshift(...error.faults);
  }
  throw new SettingsError(faults);
}

/** Whoever names certificates believes that the lines to the brokers are encrypted. */
function tlsIsMeant({ KAFKA_TLS, KAFKA_CA, KAFKA_CERT }: Partial<Given>): string[] {
  const isContradicted = KAFKA_TLS === false && (KAFKA_CA !== undefined || KAFKA_CERT !== undefined);
  return isContradicted
    ? ['KAFKA_TLS must be true where KAFKA_CA or KAFKA_CERT is set; without, nothing is encrypted']
    : [];
}

function contradictions(environment: Environment): string[] {
  const isSet = (name: string) => Boolean(environment[name] || environment[`${name}_FILE`]);
  const faults: string[] = [];
  if (isSet('REDIS_URL') && !isSet('DB_URL') && !isSet('POSTGRES_URL')) {
    faults.push(
      'REDIS_URL names a store that is not used any more; bring its drains over with `npm run shuttle:import`, then unset it',
    );
  }
  if (isSet('KAFKA_CERT') !== isSet('KAFKA_KEY')) faults.push('KAFKA_CERT and KAFKA_KEY must be set together');
  const sasl = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'].map(isSet);
  if (sasl.some(Boolean) && !sasl.every(Boolean)) {
    faults.push('KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be set together');
  }
  return faults;
}
