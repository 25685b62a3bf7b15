/** What a backup holds of the tables; everything else of a table of ours is in it. */

/**
 * SQL conditions of the rows that are left out. None of them would be of use after a restore, and some would do harm: a
 * login that was ended since the backup must not come back to life.
 */
export const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  // Who worked on what at that moment.
  ['lease', '1 = 1'],
  // Everybody logs in again. API keys, invitations and recovery codes stay.
  ['session', '1 = 1'],
  ['refresh_token', '1 = 1'],
  ['throttle', '1 = 1'],
  ['setup_code', '1 = 1'],
  // Uploads under way have no archive yet and nobody was promised one. Their attempts are free again without them.
  ['upload', "state <> 'done'"],
  // Nobody expects a restored server to capture into what it no longer has, or to send again what was sent since.
  ['capture', "state IN ('running', 'finishing')"],
  ['replay', "state = 'running'"],
]);

/** The table whose rows have bytes in the blob store, with its columns as they are in the dump. */
export const ARCHIVE_TABLE = 'archive';

export interface ArchiveRow {
  readonly id: string;
  readonly name: string;
  readonly size_bytes: number;
  readonly sha256: string;
  readonly blob_key: string;
  readonly state: string;
}

/** Being deleted when the snapshot was taken: the bytes may be gone already, and shall be. */
export function hasBytes({ state }: ArchiveRow): boolean {
  return state !== 'deleting';
}

/** What the database knows of itself, with the columns of the dump. */
export const META_TABLE = 'meta';
/** Of uploads that became an archive which was deleted while the backup ran. */
export const UPLOAD_TABLE = 'upload';
