import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BlobLayout } from '@logs-collector/blob-store/fs/blob-layout';
import { FsBlobStore } from '@logs-collector/blob-store/fs/fs-blob-store';
import { SlabPool } from '@logs-collector/blob-store/slab-pool';
import { syncDirectory, writeFileDurably } from '@logs-collector/runtime/durable-file';
import { errorCode } from '@logs-collector/runtime/error-code';
import { makeDirectory } from '@logs-collector/runtime/make-directory';
import { type InstallationLock, tryLock } from '../database/installation-lock.js';
import { BackupError } from './backup-error.js';
import { MANIFEST_NAME, type Manifest, readManifest } from './manifest.js';

/** Marks a directory as ours before there is a manifest, and holds the lock. */
const LOCK_NAME = 'backup.lock';
const SNAPSHOTS = 'snapshots';
const KEY_NAME = 'secret.key.age';

/**
 * A directory with one backup:
 *
 *     manifest.json               written last
 *     snapshots/<name>/*.jsonl    the tables, and secret.key.age where it was asked for
 *     blobs/…                     as in the blob store
 *
 * The manifest names its snapshot, so a backup that is being made does not touch the earlier one until it is complete.
 */
export class BackupDirectory {
  private constructor(
    readonly path: string,
    private readonly lock: InstallationLock | undefined,
    readonly manifest: Manifest | undefined,
    readonly blobs: FsBlobStore,
  ) {}

  /** For making a backup: made where it is missing; another one's, or one with other things in it, is refused. */
  static async forWriting(path: string): Promise<BackupDirectory> {
    try {
      makeDirectory(path);
    } catch (error) {
      throw new BackupError(`The directory ${path} cannot be made (${errorCode(error)}).`);
    }
    const names = readdirSync(path).filter((name) => name !== 'lost+found');
    if (names.length > 0 && !names.includes(LOCK_NAME)) {
      throw new BackupError(`${path} is neither empty nor a backup (there is ${names[0]}). Nothing was touched.`);
    }
    const lock = tryLock(join(path, LOCK_NAME));
    if (!lock) throw new BackupError(`Another backup into ${path} is under way.`);
    return BackupDirectory.open(path, lock);
  }

  /** For restoring; nothing in it is changed. */
  static async forReading(path: string): Promise<BackupDirectory & { readonly manifest: Manifest }> {
    if (!readManifest(path)) {
      throw new BackupError(`${path} holds no complete backup: there is no ${MANIFEST_NAME}.`);
    }
    return (await BackupDirectory.open(path, undefined)) as BackupDirectory & { readonly manifest: Manifest };
  }

  private static async open(path: string, lock: InstallationLock | undefined): Promise<BackupDirectory> {
    const blobs = await FsBlobStore.open({ root: path, slabs: new SlabPool() });
    return new BackupDirectory(path, lock, readManifest(path), blobs);
  }

  /** The file with the bytes of an archive. */
  blobPath(key: string): string {
    return new BlobLayout(this.path).blob(key);
  }

  snapshotPath(name: string): string {
    return join(this.path, SNAPSHOTS, name);
  }

  /** With the snapshot, as each needs the key of its time. */
  keyPath(snapshot: string): string {
    return join(this.snapshotPath(snapshot), KEY_NAME);
  }

  makeSnapshot(name: string): string {
    const path = this.snapshotPath(name);
    makeDirectory(path);
    return path;
  }

  /** From here on this is the backup. */
  complete(manifest: Manifest): void {
    syncDirectory(this.snapshotPath(manifest.snapshot));
    syncDirectory(join(this.path, SNAPSHOTS));
    writeFileDurably(join(this.path, MANIFEST_NAME), `${JSON.stringify(manifest, undefined, 2)}\n`);
  }

  /** Removes what only earlier backups needed. */
  async prune(manifest: Manifest, keys: ReadonlySet<string>): Promise<void> {
    for (const name of readdirSync(join(this.path, SNAPSHOTS))) {
      if (name !== manifest.snapshot) rmSync(this.snapshotPath(name), { recursive: true, force: true });
    }
    for await (const { key } of this.blobs.list()) if (!keys.has(key)) await this.blobs.delete(key);
    for await (const { key } of this.blobs.listPartials()) await this.blobs.abort(key);
  }

  close(): void {
    this.lock?.release();
  }
}
