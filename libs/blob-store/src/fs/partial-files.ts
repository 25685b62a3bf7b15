import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BlobStoreError } from '../blob-store-error.js';
import type { BlobLayout } from './blob-layout.js';
import { sideBySide, syncDirectory, withFile } from './durable-files.js';
import { DIRECTORY_MODE, type FileOperations, OPEN } from './file-operations.js';
import { hasCode, unlessAbsent } from './fs-errors.js';
import type { StoreProcesses } from './store-processes.js';

/** A writer that was told of its successor leaves within a second or two. */
const DEFAULT_HAND_OVER_MS = 2_000;
const HAND_OVER_PAUSE_MS = 25;
/** Copied within the patience of a client; larger ones wait until the process that has them moves on or ends. */
const MAX_COPIED_BYTES = 1024 ** 3;
/** Renamed between looking and opening; each time somebody else has moved on, so it does not go on for ever. */
const MAX_MISSES = 100;
const COPY_PREFIX = 'copy.';

export interface PartialFilesContext {
  readonly operations: FileOperations;
  readonly layout: BlobLayout;
  readonly processes: StoreProcesses;
  /** How long an appender waits for the process that has the partial. */
  readonly handOverMs?: number;
}

/** A partial's file, as its name tells it. */
export interface PartialFile {
  readonly path: string;
  readonly epoch: number;
  readonly holder: string | undefined;
}

/** What a writer has for itself. */
export interface TakenFile {
  readonly path: string;
  /** Whether it is, for certain, the file that the writer just before this one has given back. */
  readonly isNext: boolean;
}

/**
 * Sees to it that no two processes ever have one partial's bytes in hands, as nothing can stop a write that is on its way.
 *
 * Whoever appends takes the file by renaming it, from the name that it has read to one with its own epoch and process:
 * of all that try, one succeeds, and a writer with a lower epoch finds a higher one. It gives the file back in the same way
 * when none of its writes is under way any more. A file that a dead process had is taken in the same way. One that a
 * living process does not give back is copied: the copy, under the higher epoch, is the partial from then on, and what
 * the other process still does, it does to a file without meaning.
 *
 * None of these names has to be durable: after a power cut no process is left that could mistake them.
 */
export class PartialFiles {
  readonly #operations: FileOperations;
  readonly #layout: BlobLayout;
  readonly #processes: StoreProcesses;
  readonly #handOverMs: number;
  readonly #held = new Set<string>();

  constructor(context: PartialFilesContext) {
    this.#operations = context.operations;
    this.#layout = context.layout;
    this.#processes = context.processes;
    this.#handOverMs = context.handOverMs ?? DEFAULT_HAND_OVER_MS;
  }

  /** An empty file where there is none. */
  async begin(partial: string): Promise<void> {
    const directory = this.#layout.partial(partial);
    // Somebody who removes the partial at this moment may take the directory away again.
    for (let misses = 0; misses < MAX_MISSES; misses += 1) {
      const isNew = await this.#make(directory);
      if ((await unlessAbsent(this.#makeFile(partial, isNew))) !== undefined) {
        break;
      }
    }
  }

  /** Without its names no byte of the file is durable, however often the file is synced. */
  async syncNames(partial: string): Promise<void> {
    const directories = [this.#layout.partial(partial), this.#layout.uploads];
    await sideBySide(directories.map((path) => unlessAbsent(syncDirectory(this.#operations, path))));
  }

  async find(partial: string): Promise<PartialFile | undefined> {
    let best: PartialFile | undefined;
    for (const name of (await unlessAbsent(this.#operations.readdir(this.#layout.partial(partial)))) ?? []) {
      const parsed = this.#layout.parsePartialFile(name);
      if (parsed !== undefined && (best === undefined || parsed.epoch > best.epoch)) {
        best = { ...parsed, path: join(this.#layout.partial(partial), name) };
      }
    }
    return best;
  }

  /** Does something to the file by its name, wherever it is being renamed to; undefined where there is no such partial. */
  async withName<T>(partial: string, use: (path: string) => Promise<T>): Promise<T | undefined> {
    for (let misses = 0; misses < MAX_MISSES; misses += 1) {
      const file = await this.find(partial);
      if (file === undefined) {
        return undefined;
      }
      const result = await unlessAbsent(use(file.path));
      if (result !== undefined) {
        return result;
      }
    }
    throw new Error('the file is renamed again and again');
  }

  /** Epoch ms; of its directory where a kill has left no more. */
  async changedAt(partial: string): Promise<number | undefined> {
    const { lstat } = this.#operations;
    const file = await this.withName(partial, (path) => lstat(path));
    const stats = file ?? (await unlessAbsent(lstat(this.#layout.partial(partial))));
    return stats && Number(stats.mtimeMs);
  }

  /** Takes the file for this writer alone. */
  async take(partial: string, epoch: number): Promise<TakenFile> {
    const path = this.#layout.partialFile(partial, epoch, this.#processes.own());
    // What the writer just before this one has given back needs no looking for: only a later one's could count more.
    if (epoch > 0 && (await this.#takes(this.#layout.partialFile(partial, epoch - 1), path))) {
      return { path, isNext: true };
    }
    for (const deadline = performance.now() + this.#handOverMs; ; ) {
      const file = await this.#findFor(partial, epoch);
      if (this.#isHeld(file)) {
        if (performance.now() >= deadline) {
          return { path: await this.#takeCopy(partial, file, epoch), isNext: false };
        }
        await delay(HAND_OVER_PAUSE_MS);
        continue;
      }
      if (await this.#takes(file.path, path)) {
        return { path, isNext: false };
      }
    }
  }

  /** Gives it back, once nothing that was done to it is under way any more; false where it has lost its meaning. */
  async giveBack(partial: string, epoch: number, path: string): Promise<boolean> {
    try {
      return await this.#renames(path, this.#layout.partialFile(partial, epoch));
    } finally {
      this.#held.delete(path);
    }
  }

  /** The file once no process has it; undefined where there is none. */
  async settled(partial: string): Promise<PartialFile | undefined> {
    for (const deadline = performance.now() + this.#handOverMs; ; ) {
      const file = await this.find(partial);
      if (file === undefined || !this.#isHeld(file)) {
        return file;
      }
      if (performance.now() >= deadline) {
        throw inUse();
      }
      await delay(HAND_OVER_PAUSE_MS);
    }
  }

  /** Removes all that there is of it; syncing `uploads` is the caller's. */
  async remove(partial: string): Promise<void> {
    const directory = this.#layout.partial(partial);
    for (let misses = 0; misses < MAX_MISSES; misses += 1) {
      if (await this.#isRemoved(directory)) {
        return;
      }
      const names = (await unlessAbsent(this.#operations.readdir(directory))) ?? [];
      const own = names.filter((name) => name.startsWith(COPY_PREFIX) || this.#layout.parsePartialFile(name));
      for (const name of own) {
        await unlessAbsent(this.#operations.unlink(join(directory, name)));
      }
      // What a network file system keeps of a file that somebody has open goes when that is closed.
      if (names.length > 0 && own.length === 0) {
        return;
      }
    }
    throw new Error('the file is renamed again and again');
  }

  /** False where there is something in it. */
  async #isRemoved(directory: string): Promise<boolean> {
    try {
      await unlessAbsent(this.#operations.rmdir(directory));
      return true;
    } catch (error) {
      if (!hasCode(error, 'ENOTEMPTY')) {
        throw error;
      }
      return false;
    }
  }

  async #makeFile(partial: string, isNew: boolean): Promise<true> {
    const path = this.#layout.partialFile(partial, 0);
    try {
      if (isNew || (await this.find(partial)) === undefined) {
        await withFile(this.#operations, path, OPEN.createNew, async () => {});
      }
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) {
        throw error;
      }
    }
    return true;
  }

  /** False where it was there. */
  async #make(directory: string): Promise<boolean> {
    try {
      await this.#operations.mkdir(directory, DIRECTORY_MODE);
      return true;
    } catch (error) {
      if (!hasCode(error, 'EEXIST') || !(await this.#operations.lstat(directory)).isDirectory()) {
        throw error;
      }
      return false;
    }
  }

  async #findFor(partial: string, epoch: number): Promise<PartialFile> {
    const file = await this.find(partial);
    if (file === undefined) {
      throw new BlobStoreError('not_found', 'there is no such partial');
    }
    if (file.epoch > epoch) {
      throw new BlobStoreError('superseded', 'a later writer has come');
    }
    return file;
  }

  #isHeld({ holder, path }: PartialFile): boolean {
    if (holder === undefined) {
      return false;
    }
    return holder === this.#processes.own() ? this.#held.has(path) : this.#processes.isRunning(holder);
  }

  async #takeCopy(partial: string, file: PartialFile, epoch: number): Promise<string> {
    const source = await this.#operations.lstat(file.path);
    if (!source.isFile() || Number(source.size) > MAX_COPIED_BYTES || file.epoch === epoch) {
      throw inUse();
    }
    const directory = this.#layout.partial(partial);
    const copy = join(directory, COPY_PREFIX + randomBytes(8).toString('hex'));
    const path = this.#layout.partialFile(partial, epoch, this.#processes.own());
    this.#held.add(path);
    try {
      await this.#operations.copyFile(file.path, copy);
      await withFile(this.#operations, copy, OPEN.readWrite, (fd) => this.#operations.fsync(fd));
      await this.#operations.rename(copy, path);
      await syncDirectory(this.#operations, directory);
      // The other may have given its file back meanwhile, and a still later one taken that.
      await this.#findFor(partial, epoch);
      for (const name of [file.path, this.#layout.partialFile(partial, file.epoch)]) {
        await unlessAbsent(this.#operations.unlink(name));
      }
      return path;
    } catch (error) {
      this.#held.delete(path);
      await unlessAbsent(this.#operations.unlink(copy));
      throw error;
    }
  }

  async #takes(from: string, path: string): Promise<boolean> {
    this.#held.add(path);
    const isTaken = await this.#renames(from, path).catch((error: unknown) => {
      this.#held.delete(path);
      throw error;
    });
    if (!isTaken) {
      this.#held.delete(path);
    }
    return isTaken;
  }

  async #renames(from: string, to: string): Promise<boolean> {
    const renamed = await unlessAbsent(this.#operations.rename(from, to).then(() => true));
    return renamed ?? false;
  }
}

function inUse(): BlobStoreError {
  return new BlobStoreError('in_use', 'a process that stands still has the partial');
}
