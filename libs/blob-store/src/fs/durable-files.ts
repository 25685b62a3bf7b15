import { dirname } from 'node:path';
import { DIRECTORY_MODE, FILE_MODE, type FileOperations, OPEN } from './file-operations.js';
import { hasCode, unlessAbsent } from './fs-errors.js';

/** Opens, uses, closes. An error of `use` is the one that is told, whatever closing says. */
export async function withFile<T>(
  operations: FileOperations,
  path: string,
  flags: number,
  use: (fd: number) => Promise<T>,
): Promise<T> {
  const fd = await operations.open(path, flags, FILE_MODE);
  let result: T;
  try {
    result = await use(fd);
  } catch (error) {
    await operations.close(fd).catch(() => {});
    throw error;
  }
  await operations.close(fd);
  return result;
}

/** Makes durable what was created, renamed or removed in a directory; syncing the files themselves does not. */
export function syncDirectory(operations: FileOperations, path: string): Promise<void> {
  return withFile(operations, path, OPEN.directory, (fd) => operations.fsync(fd));
}

export async function writeAll(
  operations: FileOperations,
  fd: number,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    done += await operations.write(fd, bytes, done, bytes.byteLength - done, position + done);
  }
}

export function readWhole(operations: FileOperations, path: string): Promise<Buffer> {
  return withFile(operations, path, OPEN.read, async (fd) => {
    const { size } = await operations.fstat(fd);
    const buffer = Buffer.alloc(Number(size));
    let done = 0;
    while (done < buffer.byteLength) {
      const count = await operations.read(fd, buffer.subarray(done), done);
      if (count === 0) {
        break;
      }
      done += count;
    }
    return buffer.subarray(0, done);
  });
}

/** Where a small file is written before it takes its place. */
export function temporaryOf(path: string): string {
  return `${path}.tmp`;
}

/** Writes a small file beside its place, durably but for its name; answers its path there, to be renamed. */
export async function writeBeside(operations: FileOperations, path: string, text: string): Promise<string> {
  const temporary = temporaryOf(path);
  const write = () =>
    withFile(operations, temporary, OPEN.createNew, async (fd) => {
      await writeAll(operations, fd, Buffer.from(text, 'utf8'), 0);
      // Without this a power cut after the rename leaves the new name with no bytes.
      await operations.fsync(fd);
    });
  try {
    await write();
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) {
      throw error;
    }
    // Left by a crash.
    await unlessAbsent(operations.unlink(temporary));
    await write();
  }
  return temporary;
}

/**
 * Waits for all that was begun side by side, also where one of them has failed, so that nothing is under way any more.
 * A device flushes for several that wait at the same time about as fast as for one.
 */
export async function sideBySide<T extends readonly unknown[]>(
  works: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/** Makes directories whose existence survives a power cut. */
export class DurableDirectories {
  /** Directories whose entry in their parent is known to be durable. */
  readonly #durable = new Set<string>();

  constructor(private readonly operations: FileOperations) {}

  /** The parent has to exist. */
  async ensure(path: string): Promise<void> {
    const made = await this.#make(path);
    // One that was found may have been made by a process that died before it synced the parent.
    if (made || !this.#durable.has(path)) {
      await syncDirectory(this.operations, dirname(path));
      this.#durable.add(path);
    }
  }

  /** The same for a directory in a directory, of which the outer one is mostly there. */
  async ensureBoth(outer: string, inner: string): Promise<void> {
    if (this.#durable.has(outer)) {
      try {
        return await this.ensure(inner);
      } catch (error) {
        // Somebody has tidied up what was empty.
        if (!hasCode(error, 'ENOENT')) {
          throw error;
        }
      }
    }
    await this.ensure(outer);
    await this.ensure(inner);
  }

  async #make(path: string): Promise<boolean> {
    try {
      await this.operations.mkdir(path, DIRECTORY_MODE);
      return true;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) {
        throw error;
      }
    }
    if (!(await this.operations.lstat(path)).isDirectory()) {
      const message = 'something other than a directory is in the place of a directory of the store';
      throw Object.assign(new Error(message), { code: 'ENOTDIR' });
    }
    return false;
  }
}
