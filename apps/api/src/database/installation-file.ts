import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileDurably, writeFileDurably } from '@logs-collector/runtime/durable-file';
import { errorCode } from '@logs-collector/runtime/error-code';
import { SettingsError } from '@logs-collector/runtime/settings-reader';

/** DATA_DIR's half of the pair that says: this directory and that database belong together. */
export interface InstallationFile {
  readonly instance_id: string;
  /** Written before the database knows the id, and cleared afterwards: an interrupted first start can go on. */
  readonly is_new: boolean;
  /** Names the restore that is under way and nothing else may use the place before; absent otherwise. */
  readonly restoring?: string;
  /** Where the audit trail ended some time ago, sealed (audit-anchor.ts). */
  readonly audit_end?: string;
}

const NAME = 'instance.json';

export function readInstallationFile(directory: string): InstallationFile | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, NAME), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new SettingsError([`DATA_DIR/${NAME} cannot be read`]);
  }
  return parseInstallationFile(text);
}

export function installationFileText(content: InstallationFile): string {
  return `${JSON.stringify(content)}\n`;
}

export function parseInstallationFile(text: string): InstallationFile {
  try {
    const { instance_id, is_new, restoring, audit_end } = JSON.parse(text) as Record<string, unknown>;
    if (typeof instance_id === 'string' && instance_id !== '') {
      return {
        ...{ instance_id, is_new: is_new === true },
        ...(typeof restoring === 'string' && { restoring }),
        ...(typeof audit_end === 'string' && { audit_end }),
      };
    }
  } catch {
    // Fall through: half a file and a wrong one are the same to us.
  }
  throw new SettingsError([`${NAME} (in DATA_DIR, or in the bucket) is damaged; restore it from a backup`]);
}

export function writeInstallationFile(directory: string, content: InstallationFile): void {
  writeFileDurably(join(directory, NAME), installationFileText(content));
}

/** False where there is one already. */
export function createInstallationFile(directory: string, content: InstallationFile): boolean {
  return createFileDurably(join(directory, NAME), installationFileText(content));
}
