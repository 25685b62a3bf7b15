import { join, resolve } from 'node:path';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { readSettings, type SettingsCheck, type SettingValues } from '@logs-collector/runtime/settings-reader';
import { replicaFaults } from './replica-settings.js';
import { settingDefinitions } from './setting-definitions.js';
import type { StorageTarget } from './storage-url.js';

type Given = SettingValues<typeof settingDefinitions>;
/** A rule about settings that the module which owns it brings along. */
export type GivenSettingsCheck = SettingsCheck<typeof settingDefinitions>;
type AwsName = 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN';

/** The settings with everything derived from them filled in: what the rest of the program reads. */
export interface Settings extends SettingsWithoutKey {
  /** Given, or made on the first start and kept under DATA_DIR. */
  readonly SECRET_KEY: string;
}

export interface SettingsWithoutKey extends Omit<Given, 'DB_URL' | 'STORAGE_URL' | 'DATA_DIR' | AwsName> {
  /** Absolute. */
  readonly DATA_DIR: string;
  readonly DB_URL: DatabaseTarget;
  readonly STORAGE_URL: StorageTarget;
  /** Undefined where the client of S3 has to find them by itself. */
  readonly S3_CREDENTIALS: S3Credentials | undefined;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
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
  checks: readonly GivenSettingsCheck[] = [],
): SettingsWithoutKey {
  const ownChecks = [tokenLifetimes, replicaFaults, metricsFaults, shuttleFaults];
  const given = readSettings(settingDefinitions, environment, readFile, [...ownChecks, ...checks]);
  const dataDir = resolve(given.DATA_DIR);
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, ...others } = given;
  return {
    ...others,
    DATA_DIR: dataDir,
    DB_URL: given.DB_URL ?? { kind: 'sqlite', path: join(dataDir, 'logs-collector.sqlite3') },
    STORAGE_URL: given.STORAGE_URL ?? { kind: 'file', path: dataDir },
    S3_CREDENTIALS:
      AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined
        ? undefined
        : { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN },
  };
}

function tokenLifetimes(given: Partial<Given>): string[] {
  const { TOKEN_LIFETIME: usual, TOKEN_LIFETIME_MAX: longest } = given;
  if (usual === undefined || longest === undefined || usual <= longest) return [];
  return ['TOKEN_LIFETIME must not exceed TOKEN_LIFETIME_MAX'];
}

function shuttleFaults(given: Partial<Given>): string[] {
  if (!('SHUTTLE_URL' in given && 'SHUTTLE_AUTH_KEY' in given)) return [];
  const isTogether = (given.SHUTTLE_URL === undefined) === (given.SHUTTLE_AUTH_KEY === undefined);
  return isTogether ? [] : ['SHUTTLE_URL and SHUTTLE_AUTH_KEY must be set together'];
}

/** What is wrong with METRICS beside other settings. */
function metricsFaults(given: Partial<Given>): string[] {
  const { METRICS: access, PORT: port, WEB_CONCURRENCY: workers = 1 } = given;
  if (access?.kind === 'port' && access.port !== 0 && access.port === port) {
    return ['METRICS must name another port than PORT'];
  }
  if (access?.kind === 'token' && workers > 1) {
    return ['METRICS must be port:<number> with WEB_CONCURRENCY above 1: on PORT each answer is of one process alone'];
  }
  return [];
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
