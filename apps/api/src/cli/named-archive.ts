import type { ArchiveRow } from '../backup/backup-contents.js';

/** As the commands speak of an archive in their lines. */
export function named({ id, name, size_bytes }: ArchiveRow): string {
  return `${id} ${JSON.stringify(name)} (${size_bytes} bytes)`;
}
