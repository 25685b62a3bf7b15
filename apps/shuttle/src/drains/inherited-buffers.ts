import { readdir, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DrainHost, drainIdOf } from '@logs-collector/shuttle/delivery/drain-host';
import type { ShuttleLog } from '../log.js';
import { type BufferDirectory, holdBufferDirectory, listBufferDirectories } from './buffer-directory.js';

/** Instances that are only being restarted find their own again. */
const SWEEP_INTERVAL_MS = 30_000;
/** A database that is the wrong one for a while must not cost what was settled. */
const DEFAULT_KEEP_UNKNOWN_MS = 24 * 60 * 60 * 1000;
const PARALLEL = 4;

export interface InheritedBuffersOptions {
  readonly own: BufferDirectory;
  readonly host: DrainHost;
  /** The ids of all drains that exist. */
  readonly ids: () => Promise<readonly string[]>;
  readonly log: ShuttleLog;
  /** How long what a drain left that does not exist any more is kept after its last change. */
  readonly keepUnknownMs?: number;
}

/** Delivers what instances left behind that are not started again, and clears away what drains left that are deleted. */
export class InheritedBuffers {
  private sweeping: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private readonly warnedOf = new Set<string>();

  constructor(private readonly options: InheritedBuffersOptions) {}

  start(): void {
    let isSweeping = false;
    const sweep = () => {
      if (isSweeping) return;
      isSweeping = true;
      this.sweeping = this.sweep().finally(() => {
        isSweeping = false;
      });
    };
    sweep();
    this.timer = setInterval(sweep, SWEEP_INTERVAL_MS);
  }

  /** To be called when the host is closed: what is being delivered is stopped by that. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Once through all directories. Never rejects. */
  async sweep(): Promise<void> {
    const { own, log } = this.options;
    for (const path of listBufferDirectories(dirname(own.path))) {
      if (this.isStopped) return;
      const held = path === own.path ? own : holdBufferDirectory(path);
      if (!held) continue;
      try {
        await this.empty(path);
        if (held !== own) await rmdir(path).catch(() => undefined);
      } catch (error) {
        log.warn({ msg: 'what another instance left behind could not be read', directory: path, error });
      } finally {
        if (held !== own) held.release();
      }
    }
  }

  private async empty(path: string): Promise<void> {
    const waiting = await readdir(path);
    // Read afterwards, so that whatever has a directory is among them unless it was deleted.
    const ids = new Set(await this.options.ids());
    await Promise.all(
      Array.from({ length: PARALLEL }, async () => {
        for (let name = waiting.pop(); name !== undefined && !this.isStopped; name = waiting.pop()) {
          await this.bringBack(join(path, name), ids);
        }
      }),
    );
  }

  private async bringBack(directory: string, ids: ReadonlySet<string>): Promise<void> {
    const { host, log } = this.options;
    const drain = drainIdOf(directory);
    try {
      if (!ids.has(drain)) await this.clearAway(directory, drain);
      else if (await host.inherit(directory)) log.info({ msg: 'delivered what another instance left behind', drain });
    } catch (error) {
      log.warn({ msg: 'what was left behind for a drain could not be read', drain, error });
    }
  }

  private async clearAway(directory: string, drain: string): Promise<void> {
    const { host, log, keepUnknownMs = DEFAULT_KEEP_UNKNOWN_MS } = this.options;
    // One that is being removed at this moment is not there any more.
    if (host.get(drain)) return;
    const { mtimeMs } = await stat(directory);
    if (Date.now() - mtimeMs < keepUnknownMs) {
      if (!this.warnedOf.has(directory))
        log.warn({ msg: 'a buffer belongs to no drain; it is removed after a day', drain });
      this.warnedOf.add(directory);
      return;
    }
    const records = await host.discard(directory);
    log.info({ msg: 'removed the buffer of a drain that does not exist any more', drain, records });
  }
}
