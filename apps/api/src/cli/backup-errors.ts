import { BackupError } from '../backup/backup-error.js';
import { CommandError } from './command.js';

/** What an administrator can mend about a backup is said in plain lines. */
export async function toldPlainly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof BackupError ? new CommandError(error.message) : error;
  }
}
