import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newProcessName, type StoreProcesses } from '@logs-collector/blob-store/fs/store-processes';
import { type InstallationLock, tryLock } from '../database/installation-lock.js';

const NAME = /^[0-9a-f]{16}$/;

/**
 * Each process that writes to the store holds the lock of a file with its name. The kernel lets go of it when the process
 * ends, however that comes, and not before; a process that stands still keeps it.
 */
export class LockedProcesses implements StoreProcesses {
  /** Never released, only kept: what is collected as garbage is unlocked. */
  private held: { readonly name: string; readonly lock: InstallationLock } | undefined;

  /** @param directory of the files; the one above it has to exist. */
  constructor(private readonly directory: string) {}

  own(): string {
    this.held ??= this.begin();
    return this.held.name;
  }

  isRunning(name: string): boolean {
    if (name === this.held?.name) return true;
    if (!existsSync(this.pathOf(name))) return false;
    const lock = tryLock(this.pathOf(name));
    if (!lock) return true;
    this.forget(name, lock);
    return false;
  }

  /** Held until the process ends, as no other end can be told from one that stands still. */
  private begin(): { name: string; lock: InstallationLock } {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.directory)) if (NAME.test(name)) this.isRunning(name);
    for (;;) {
      const name = newProcessName();
      const lock = tryLock(this.pathOf(name));
      // Another that looked in between has taken it for that of a dead one.
      if (lock && existsSync(this.pathOf(name))) return { name, lock };
      lock?.release();
    }
  }

  private forget(name: string, lock: InstallationLock): void {
    rmSync(this.pathOf(name), { force: true });
    lock.release();
  }

  private pathOf(name: string): string {
    return join(this.directory, name);
  }
}
