import { setTimeout as delay } from 'node:timers/promises';
import { describeS3Fault, isPreconditionFailed } from '@logs-collector/blob-store/s3/s3-errors';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { Logger } from '@nestjs/common';
import { StartUpError } from '../common/errors/start-up-error.js';
import type { Settings } from '../config/settings.js';
import {
  createInstallationFile,
  type InstallationFile,
  installationFileText,
  parseInstallationFile,
  readInstallationFile,
  writeInstallationFile,
} from './installation-file.js';

export type InstallationPlace = Pick<Settings, 'DATA_DIR' | 'DB_URL'> &
  Partial<Pick<Settings, 'STORAGE_URL' | 'S3_CREDENTIALS'>>;

/** The half of the pair that lies where the archives are. */
export interface InstallationRecord {
  /** How an administrator knows the place. */
  readonly place: string;
  read(): Promise<InstallationFile | undefined>;
  write(content: InstallationFile): Promise<void>;
  /** False where there is one already: of several who try it at once, one succeeds. */
  create(content: InstallationFile): Promise<boolean>;
  /** Only where it is still what was found. */
  replace(found: InstallationFile, content: InstallationFile): Promise<void>;
}

export const INSTALLATION_RECORD = Symbol('InstallationRecord');

const NAME = 'instance.json';
/** In compose the service starts together with us. */
const WAIT_MS = 30_000;
const RETRY_MS = 1_000;

/**
 * In DATA_DIR with archives in files, which other hosts cannot see; in the bucket with an S3 store, so that hosts with a
 * DATA_DIR each are one installation.
 */
export async function installationRecord(settings: InstallationPlace): Promise<InstallationRecord> {
  const { STORAGE_URL: target, DATA_DIR: directory } = settings;
  if (target?.kind !== 's3') {
    return {
      place: 'DATA_DIR',
      read: async () => readInstallationFile(directory),
      write: async (content) => writeInstallationFile(directory, content),
      create: async (content) => createInstallationFile(directory, content),
      replace: async (found, content) => {
        if (isSame(readInstallationFile(directory), found)) writeInstallationFile(directory, content);
      },
    };
  }
  const { S3Bucket } = await import('@logs-collector/blob-store/s3/s3-bucket');
  const bucket = new S3Bucket({ ...target, credentials: settings.S3_CREDENTIALS });
  const textThere = async (): Promise<string | undefined> => (await patiently(() => bucket.text(NAME)))?.text;
  return {
    place: 'The place in the bucket that STORAGE_URL names',
    read: async () => {
      const text = await textThere();
      return text === undefined ? undefined : parseInstallationFile(text);
    },
    write: async (content) => {
      await patiently(() => bucket.put(NAME, installationFileText(content)));
    },
    replace: async (found, content) => {
      const there = await patiently(() => bucket.text(NAME));
      if (!there || !isSame(parseInstallationFile(there.text), found)) return;
      await patiently(() =>
        bucket.put(NAME, installationFileText(content), { ifMatch: there.etag }).catch((error: unknown) => {
          if (!isPreconditionFailed(error)) throw error;
        }),
      );
    },
    create: async (content) => {
      const text = installationFileText(content);
      const isOurs = await patiently(() =>
        bucket.put(NAME, text, { ifNoneMatch: '*' }).then(
          () => true,
          (error: unknown) => {
            if (isPreconditionFailed(error)) return false;
            throw error;
          },
        ),
      );
      // The answer to a first attempt may have been lost, and a second one then meets what the first one wrote.
      return isOurs || (await textThere()) === text;
    },
  };
}

function isSame(one: InstallationFile | undefined, other: InstallationFile): boolean {
  return one !== undefined && installationFileText(one) === installationFileText(other);
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + WAIT_MS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const { isPassing, reason } = describeS3Fault(error);
      if (!isPassing) throw new SettingsError([`STORAGE_URL cannot be used: ${reason}`]);
      if (performance.now() > deadline) {
        throw new StartUpError(
          `The S3 service is not there: ${reason}. It was waited for ${WAIT_MS / 1_000} s. Check STORAGE_URL`,
        );
      }
      if (attempt === 1) new Logger('storage').warn({ msg: 'waiting for the S3 service', reason });
      await delay(RETRY_MS);
    }
  }
}
