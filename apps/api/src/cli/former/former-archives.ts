import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { errorCode } from '@logs-collector/runtime/error-code';
import { CommandError } from '../command.js';
import type { FormerArchive } from './former-rows.js';
import type { Reason } from './import-report.js';

/** A file of the former application, or why it cannot be taken. */
export type FoundFile = { readonly path: string } | { readonly reason: Reason };

/** The folder in which the former application kept what customers sent. It is only read. */
export class FormerArchives {
  private constructor(private readonly root: string) {}

  /** Throws `CommandError` where there is no such folder. */
  static async open(path: string): Promise<FormerArchives> {
    try {
      const root = await realpath(path);
      if ((await lstat(root)).isDirectory()) return new FormerArchives(root);
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error) ?? '')) throw error;
    }
    throw new CommandError(
      `There is no archives folder ${JSON.stringify(path)}, or it cannot be entered. Name it with --archives. Nothing was touched.`,
    );
  }

  /** The file of an archive, if it is of the size that its row tells. A row may hold any path, so none is followed outwards. */
  async find({ file, sizeBytes }: FormerArchive): Promise<FoundFile> {
    try {
      const path = resolve(this.root, file);
      const directory = await realpath(dirname(path));
      if (!`${directory}${sep}`.startsWith(`${this.root}${sep}`)) return { reason: 'no_regular_file' };
      const stats = await lstat(path);
      return reasonAgainst(stats, sizeBytes) ?? { path };
    } catch (error) {
      return { reason: reasonOf(error) };
    }
  }
}

/** Opens what `find` has found; refuses what was put in its place since. */
export async function openFound(path: string, sizeBytes: number): Promise<FileHandle | { readonly reason: Reason }> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return { reason: reasonOf(error) };
  }
  const refused = reasonAgainst(await handle.stat(), sizeBytes);
  if (!refused) return handle;
  await handle.close();
  return refused;
}

function reasonAgainst(stats: Stats, sizeBytes: number): { readonly reason: Reason } | undefined {
  if (!stats.isFile()) return { reason: 'no_regular_file' };
  return stats.size === sizeBytes ? undefined : { reason: 'size_differs' };
}

function reasonOf(error: unknown): Reason {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'file_missing';
  return code === 'ELOOP' ? 'no_regular_file' : 'file_unreadable';
}
