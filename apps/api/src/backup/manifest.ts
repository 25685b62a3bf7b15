import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '@logs-collector/runtime/error-code';
import { BackupError } from './backup-error.js';

export const MANIFEST_NAME = 'manifest.json';
const FORMAT = 1;

/** One table of the snapshot: `<snapshot>/<name>.jsonl`, one row a line, what is referenced before what references it. */
export interface TableFile {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** The last file of a backup to be written: a directory without one holds none, one with an older one that older backup. */
export interface Manifest {
  readonly format: typeof FORMAT;
  /** Of the installation; the restored one has the same. */
  readonly instance_id: string;
  /** Name of the directory under `snapshots/`. */
  readonly snapshot: string;
  /** ISO 8601. */
  readonly taken_at: string;
  readonly completed_at: string;
  /** Names of the migrations that the schema had seen, oldest first. */
  readonly migrations: readonly string[];
  readonly tables: readonly TableFile[];
  readonly archives: ArchivesOfBackup;
  /** Whether `secret.key.age` lies with the snapshot. */
  readonly has_key: boolean;
}

export interface ArchivesOfBackup {
  readonly count: number;
  readonly bytes: number;
  /** Ids of those that were deleted on purpose after the snapshot: restored neither as bytes nor as rows. */
  readonly deleted_meanwhile: readonly string[];
  /** Ids of those whose bytes were not to be found. */
  readonly missing: readonly string[];
  /** Ids of those whose bytes are not what was received; they were left where they are. */
  readonly damaged: readonly string[];
}

/** Undefined where there is no complete backup. */
export function readManifest(directory: string): Manifest | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, MANIFEST_NAME), 'utf8');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return undefined;
    throw new BackupError(`${MANIFEST_NAME} cannot be read (${code}).`);
  }
  let manifest: Partial<Manifest> | null;
  try {
    manifest = JSON.parse(text) as Partial<Manifest> | null;
  } catch {
    throw damaged();
  }
  if (typeof manifest?.format === 'number' && manifest.format !== FORMAT) {
    throw new BackupError('The backup was made by a newer version of the program. Use that one.');
  }
  if (!isManifest(manifest)) throw damaged();
  return manifest;
}

/** Names become paths and parts of statements, and a backup may come from anywhere. */
const SNAPSHOT_NAME = /^[0-9A-Za-z-]{1,100}$/;
const TABLE_NAME = /^[a-z_]{1,60}$/;

function isManifest(given: Partial<Manifest> | null): given is Manifest {
  return (
    given?.format === FORMAT &&
    isMatch(given.instance_id, /./) &&
    isMatch(given.snapshot, SNAPSHOT_NAME) &&
    Array.isArray(given.migrations) &&
    Array.isArray(given.tables) &&
    given.tables.every(({ name, sha256 }: Partial<TableFile>) => isMatch(name, TABLE_NAME) && isMatch(sha256, /./)) &&
    [given.archives?.deleted_meanwhile, given.archives?.missing, given.archives?.damaged].every(Array.isArray)
  );
}

function isMatch(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function damaged(): BackupError {
  return new BackupError(`${MANIFEST_NAME} is damaged.`);
}
