import { setTimeout as delay } from 'node:timers/promises';
import { describeS3Fault } from '@logs-collector/blob-store/s3/s3-errors';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { Logger } from '@nestjs/common';
import { StartUpError } from './errors/start-up-error.js';

const WAIT_MS = 30_000;
const RETRY_MS = 1_000;

/**
 * Does at a start what needs the S3 service, and waits for a service that is away or refuses for the moment. What waiting does
 * not help, or did not, is told in words for the administrator.
 */
export async function patientlyWithS3<T>(work: () => Promise<T>): Promise<T> {
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
