import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Slots } from '@logs-collector/runtime/slots';
import { isBlobKey } from '../blob-key.js';
import type { AppendOptions, AppendResult, BlobStore, ByteRange, ListedPartial } from '../blob-store.js';
import { BlobStoreError } from '../blob-store-error.js';
import { assertRange } from '../byte-range.js';
import type { SlabPool } from '../slab-pool.js';
import { appendToPartial } from './append.js';
import { BlobLayout } from './blob-layout.js';
import { commitPartial } from './commit.js';
import { DurableDirectories, readWhole, syncDirectory, temporaryOf, withFile, writeAll } from './durable-files.js';
import { type FileOperations, nodeFileOperations, OPEN } from './file-operations.js';
import { FileReadStream } from './file-read-stream.js';
import { hasCode, toBlobStoreError, unlessAbsent } from './fs-errors.js';
import { linkBlob } from './link-blob.js';
import { OpenPartials } from './open-partials.js';
import { PartialFiles } from './partial-files.js';
import { onlyProcess, type StoreProcesses } from './store-processes.js';

const DEFAULT_DURABLE_INTERVAL_MS = 5_000;
/**
 * Half of the threads that Node has for files unless told otherwise. A flush keeps one for as long as the device takes:
 * with more uploads than threads, all of them would wait for the device, and so would every open, stat and name look-up.
 */
const DEFAULT_PARALLEL_FLUSHES = 2;
/** No key: it has a dot. */
const PROBE_NAME = '.probe';
const PROBE_PAUSE_MS = 50;

export interface FsBlobStoreOptions {
  /** Made if only its last part is missing; must not be divided over several file systems. */
  root: string;
  /** Needed where other processes append in the same root. */
  processes?: StoreProcesses;
  /** How long an append waits for another process to give the partial back before it does without. */
  handOverMs?: number;
  /** The process's one pool, shared by all stores. */
  slabs: SlabPool;
  /** However slow an upload: bytes that arrived are durable about this long after. */
  durableIntervalMs?: number;
  /** Flushes at a time; half of `UV_THREADPOOL_SIZE` is a good measure, and half of Node's default is the default. */
  parallelFlushes?: number;
  now?: () => number;
  operations?: FileOperations;
}

/** Blobs as files below one directory. */
export class FsBlobStore implements BlobStore {
  readonly kind = 'fs';
  readonly #operations: FileOperations;
  readonly #layout: BlobLayout;
  readonly #directories: DurableDirectories;
  readonly #partials: PartialFiles;
  readonly #open: OpenPartials;
  readonly #slabs: SlabPool;
  readonly #flushes: Slots;
  readonly #durableIntervalMs: number;
  readonly #now: () => number;
  #probing: Promise<void> | undefined;

  private constructor(root: string, directories: DurableDirectories, options: FsBlobStoreOptions) {
    this.#operations = options.operations ?? nodeFileOperations;
    this.#layout = new BlobLayout(root);
    this.#directories = directories;
    this.#partials = new PartialFiles({
      operations: this.#operations,
      layout: this.#layout,
      processes: options.processes ?? onlyProcess(),
      handOverMs: options.handOverMs,
    });
    this.#open = new OpenPartials(this.#operations);
    this.#slabs = options.slabs;
    this.#flushes = new Slots(options.parallelFlushes ?? DEFAULT_PARALLEL_FLUSHES);
    this.#durableIntervalMs = options.durableIntervalMs ?? DEFAULT_DURABLE_INTERVAL_MS;
    this.#now = options.now ?? Date.now;
  }

  static async open(options: FsBlobStoreOptions): Promise<FsBlobStore> {
    const operations = options.operations ?? nodeFileOperations;
    const directories = new DurableDirectories(operations);
    try {
      const path = resolve(options.root);
      // The root itself may be a symbolic link, which is how operators move a volume; nothing below it may.
      const existing = await unlessAbsent(operations.realpath(path));
      if (existing === undefined) {
        await directories.ensure(path);
      }
      const store = new FsBlobStore(existing ?? path, directories, options);
      const { uploads, blobs, quarantine } = store.#layout;
      for (const directory of [uploads, blobs, quarantine]) {
        await directories.ensure(directory);
      }
      return store;
    } catch (error) {
      throw toBlobStoreError(error, 'open the store');
    }
  }

  probe(): Promise<void> {
    // Shared by all who ask at the same time, for there is one probe file.
    this.#probing ??= told('write to the store', () => this.#probeBesideOthers()).finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  space(): Promise<{ totalBytes: number; freeBytes: number }> {
    return told('read the free space', async () => {
      const { blocks, bavail, bsize } = await this.#operations.statfs(this.#layout.root);
      return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
    });
  }

  begin(partial: string): Promise<void> {
    return told('begin a partial', () => this.#partials.begin(partial));
  }

  append(
    partial: string,
    offset: number,
    source: AsyncIterable<Uint8Array>,
    options: AppendOptions,
  ): Promise<AppendResult> {
    const context = {
      operations: this.#operations,
      partials: this.#partials,
      open: this.#open,
      slabs: this.#slabs,
      flushes: this.#flushes,
      durableIntervalMs: this.#durableIntervalMs,
    };
    return told('append to a partial', () => appendToPartial(context, { partial, offset, source, options }));
  }

  partialSize(partial: string): Promise<number | undefined> {
    return told('look at a partial', async () => {
      const stats = await this.#partials.withName(partial, (path) => this.#operations.lstat(path));
      return stats?.isFile() ? Number(stats.size) : undefined;
    });
  }

  readPartial(partial: string, range?: ByteRange): Readable {
    this.#layout.partial(partial);
    assertRange(range);
    const open = async (): Promise<number> => {
      const fd = await this.#partials.withName(partial, (path) => this.#operations.open(path, OPEN.read));
      if (fd === undefined) {
        throw new BlobStoreError('not_found', 'there is no such partial');
      }
      return fd;
    };
    return new FileReadStream(this.#operations, open, range, 'read a partial', { isWholeRange: true });
  }

  commit(partial: string, key: string, sidecar: string, sizeBytes: number): Promise<void> {
    const context = {
      operations: this.#operations,
      layout: this.#layout,
      directories: this.#directories,
      partials: this.#partials,
      open: this.#open,
      now: this.#now,
    };
    return told('commit a partial', () => commitPartial(context, { partial, key, sidecar, sizeBytes }));
  }

  /**
   * Takes the blob `key` of another store over without copying its bytes, durably: a second name for the same file.
   * False where that is not possible. Idempotent.
   */
  link(source: FsBlobStore, key: string): Promise<boolean> {
    const context = { operations: this.#operations, layout: this.#layout, directories: this.#directories };
    return told('link a blob', () => linkBlob(context, source.#layout, key));
  }

  /** Where it answers false, `link` will too. */
  sharesFileSystem(other: FsBlobStore): Promise<boolean> {
    return told('look at the file systems', async () => {
      const [own, others] = await Promise.all(
        [this.#layout, other.#layout].map(({ blobs }) => this.#operations.lstat(blobs)),
      );
      return own?.dev === others?.dev;
    });
  }

  abort(partial: string): Promise<void> {
    return told('remove a partial', async () => {
      await this.#open.forget(partial);
      await this.#partials.remove(partial);
      await syncDirectory(this.#operations, this.#layout.uploads);
    });
  }

  async *listPartials(): AsyncGenerator<ListedPartial> {
    const action = 'list the partials';
    for (const directory of await this.#directoriesIn(this.#layout.uploads, action)) {
      const key = basename(directory);
      if (isBlobKey(key)) {
        yield { key, changedAt: () => told('look at a partial', () => this.#partials.changedAt(key)) };
      }
    }
  }

  size(key: string): Promise<number | undefined> {
    return told('look at a blob', async () => {
      const stats = await unlessAbsent(this.#operations.lstat(this.#layout.blob(key)));
      return stats?.isFile() ? Number(stats.size) : undefined;
    });
  }

  read(key: string, range?: ByteRange): Readable {
    assertRange(range);
    const path = this.#layout.blob(key);
    return new FileReadStream(this.#operations, () => this.#operations.open(path, OPEN.read), range, 'read a blob');
  }

  readSidecar(key: string): Promise<string | undefined> {
    return told('read a sidecar', async () => {
      const bytes = await unlessAbsent(readWhole(this.#operations, this.#layout.sidecar(key)));
      return bytes?.toString('utf8');
    });
  }

  delete(key: string): Promise<void> {
    return told('delete a blob', async () => {
      // The bytes first: what a crash leaves behind is then a document about bytes that are gone, and never the bytes.
      const blob = this.#layout.blob(key);
      await unlessAbsent(this.#operations.unlink(blob));
      await unlessAbsent(this.#operations.unlink(this.#layout.sidecar(key)));
      // Left by a commit that was killed while it wrote the sidecar.
      await unlessAbsent(this.#operations.unlink(temporaryOf(this.#layout.sidecar(key))));
      // Even if both were gone: they may have been removed by a process that died before it synced the directory.
      await unlessAbsent(syncDirectory(this.#operations, dirname(blob)));
    });
  }

  quarantine(key: string): Promise<void> {
    return told('quarantine a blob', async () => {
      const blob = this.#layout.blob(key);
      const to = this.#layout.quarantined(key, this.#now());
      await unlessAbsent(this.#operations.rename(blob, to.blob));
      await unlessAbsent(this.#operations.rename(this.#layout.sidecar(key), to.sidecar));
      // The new names first, as in commit.
      await syncDirectory(this.#operations, this.#layout.quarantine);
      await unlessAbsent(syncDirectory(this.#operations, dirname(blob)));
    });
  }

  purgeQuarantine(olderThan: number): Promise<number> {
    const action = 'purge the quarantine';
    return told(action, async () => {
      let purged = 0;
      for (const name of await this.#names(this.#layout.quarantine, action)) {
        const entry = this.#layout.parseQuarantined(name);
        if (entry !== undefined && entry.at < olderThan) {
          await unlessAbsent(this.#operations.unlink(join(this.#layout.quarantine, name)));
          purged += entry.isSidecar ? 0 : 1;
        }
      }
      await syncDirectory(this.#operations, this.#layout.quarantine);
      return purged;
    });
  }

  /** Every file here belongs to a partial or a blob. */
  async sweep(): Promise<number> {
    return 0;
  }

  async *list(): AsyncGenerator<{ key: string; sizeBytes: number; modifiedAt: number }> {
    const action = 'list the blobs';
    for (const outer of await this.#directoriesIn(this.#layout.blobs, action)) {
      for (const directory of await this.#directoriesIn(outer, action)) {
        for (const name of await this.#names(directory, action)) {
          const stats = this.#layout.isBlobAt(directory, name)
            ? await this.#statsOfFile(join(directory, name), action)
            : undefined;
          if (stats !== undefined) {
            yield { key: name, ...stats };
          }
        }
      }
    }
  }

  /** Another process that probes the same directories at this moment can take our file away; once is no fault. */
  async #probeBesideOthers(): Promise<void> {
    try {
      await this.#probe();
    } catch (error) {
      if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EEXIST')) {
        throw error;
      }
      await delay(Math.random() * PROBE_PAUSE_MS);
      await this.#probe();
    }
  }

  async #probe(): Promise<void> {
    // In all three in turn: commit and quarantine depend on renaming, which works within one file system only.
    const { uploads, blobs, quarantine } = this.#layout;
    const written = join(uploads, PROBE_NAME);
    const moved = [join(blobs, PROBE_NAME), join(quarantine, PROBE_NAME)];
    // Left by a process that died while probing.
    await unlessAbsent(this.#operations.unlink(written));
    let present = written;
    try {
      await withFile(this.#operations, written, OPEN.createNew, async (fd) => {
        await writeAll(this.#operations, fd, Buffer.from('probe'), 0);
        await this.#operations.fsync(fd);
      });
      for (const place of moved) {
        await this.#operations.rename(present, place);
        present = place;
      }
    } finally {
      await unlessAbsent(this.#operations.unlink(present));
    }
  }

  async #statsOfFile(path: string, action: string): Promise<{ sizeBytes: number; modifiedAt: number } | undefined> {
    // One that was removed since its name was read is left out.
    const stats = await told(action, () => unlessAbsent(this.#operations.lstat(path)));
    return stats?.isFile() ? { sizeBytes: Number(stats.size), modifiedAt: Number(stats.mtimeMs) } : undefined;
  }

  /** A file that does not belong there, such as one left by a probe that was killed, must not end a listing. */
  async #directoriesIn(path: string, action: string): Promise<string[]> {
    const found: string[] = [];
    for (const name of await this.#names(path, action)) {
      const child = join(path, name);
      const stats = await told(action, () => unlessAbsent(this.#operations.lstat(child)));
      if (stats?.isDirectory()) {
        found.push(child);
      }
    }
    return found;
  }

  /**
   * The names in a directory of ours, read before any of them is acted upon: whether an open listing shows what is
   * removed or added meanwhile is up to the file system.
   */
  #names(path: string, action: string): Promise<string[]> {
    return told(action, () => this.#operations.readdir(path));
  }
}

/** Runs an action of the store; whatever goes wrong, a bad key included, rejects with a `BlobStoreError`. */
async function told<T>(action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toBlobStoreError(error, action);
  }
}
