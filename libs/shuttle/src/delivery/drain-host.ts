import { mkdir, rm, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SafeConnect } from '@logs-collector/runtime/safe-connect';
import type { DrainTarget } from '../drain-url.js';
import { packetEncoder } from '../packet/encode-packet.js';
import type { Destination } from '../record.js';
import type { BackoffLimits } from './backoff.js';
import type { Transport } from './channels/channel.js';
import type { TlsMaterial } from './channels/stream-transport.js';
import { DrainRunner } from './drain-runner.js';
import { inherit } from './inheritance.js';
import { MemoryBudget } from './memory-budget.js';
import { DiskBudget } from './spill/disk-budget.js';
import { DiskBuffer } from './spill/disk-buffer.js';
import type { OverflowPolicy } from './spill/spill-writer.js';
import { transportOf } from './transport-of.js';

export interface DrainHostSettings {
  /** Of this process alone: the buffers of two would destroy each other. */
  readonly bufferDirectory: string;
  /** DRAIN_BUFFER_BYTES: the disk buffer of one drain. */
  readonly bufferBytes: number;
  /** DRAIN_BUFFER_TOTAL: of all together. */
  readonly bufferTotalBytes: number;
  /** What has to stay free on that volume. */
  readonly minFreeBytes: number;
  /** DRAIN_BUFFER_POLICY */
  readonly policy: OverflowPolicy;
  /** MAX_SYSLOG_CONNECTIONS: connections per drain, 1 to 1,024. */
  readonly maxConnections: number;
  /** Decides which networks drains may reach (DRAIN_ALLOW_NETS); its schemes are those of drain URLs. */
  readonly guard: SafeConnect;
  /** Memory for the packets of all drains, those under way included. */
  readonly memoryBytes?: number;
  /** HOSTNAME of every packet, for TEST_MODE. */
  readonly hostname?: string;
  readonly confirmAfterMs?: number;
  readonly backoff?: BackoffLimits;
  /** How long a packet may wait to be settled before it goes to the disk. */
  readonly spillAfterMs?: number;
  /** Told of what keeps a drain's buffer from being looked after. */
  readonly onTrouble?: (drainId: string, error: unknown) => void;
}

export interface DrainSpec {
  readonly id: string;
  readonly destination: Destination;
  readonly target: DrainTarget;
  /** `Logplex-Drain-Token`; its id where nothing else is given. */
  readonly drainToken?: string;
  readonly tls?: TlsMaterial;
  /** Takes records and delivers none. */
  readonly isPaused?: boolean;
}

/** Behind the name of a directory that stands in for one which could not be opened. */
const BESIDE = '~';

/** Which drain a buffer directory belongs to. */
export function drainIdOf(directory: string): string {
  const name = basename(directory);
  return name.endsWith(BESIDE) ? name.slice(0, -BESIDE.length) : name;
}

/** Full of the shortest lines, and with all of them on their way to the disk as well, it is 130 MB of the heap's 192. */
const DEFAULT_MEMORY_BYTES = 108 * 1024 * 1024;
const TEND_INTERVAL_MS = 500;
/** Flushes keep file threads busy; the others are for reading. */
const PARALLEL_TENDING = 2;
const LONGEST_TENDING_MS = 2_000;

/** Runs the drains of a process, each by itself, on shared budgets of memory and disk. */
export class DrainHost {
  private readonly runners = new Map<string, DrainRunner>();
  private readonly opening = new Set<string>();
  private readonly memory: MemoryBudget;
  private readonly disk: DiskBudget;
  private isTending = false;
  private readonly directories = new Map<string, string>();
  private readonly closing = new AbortController();
  private readonly tending = new Map<string, Promise<void>>();
  private readonly timer: NodeJS.Timeout;

  private constructor(private readonly settings: DrainHostSettings) {
    this.memory = new MemoryBudget(settings.memoryBytes ?? DEFAULT_MEMORY_BYTES);
    this.disk = new DiskBudget({
      totalBytes: settings.bufferTotalBytes,
      minFreeBytes: settings.minFreeBytes,
      freeBytes: async () => {
        const { bavail, bsize } = await statfs(settings.bufferDirectory);
        return bavail * bsize;
      },
    });
    this.timer = setInterval(() => {
      if (this.isTending) return;
      this.isTending = true;
      void this.tend();
    }, TEND_INTERVAL_MS);
  }

  static async open(settings: DrainHostSettings): Promise<DrainHost> {
    await mkdir(settings.bufferDirectory, { recursive: true, mode: 0o700 });
    return new DrainHost(settings);
  }

  /** Starts a drain, going on with what an earlier process left in its buffer. */
  async add(spec: DrainSpec): Promise<DrainRunner> {
    if (this.runners.has(spec.id) || this.opening.has(spec.id)) {
      throw new Error(`The drain ${spec.id} is running already.`);
    }
    this.opening.add(spec.id);
    try {
      const runner = await this.open(spec);
      this.runners.set(spec.id, runner);
      return runner;
    } finally {
      this.opening.delete(spec.id);
    }
  }

  private async open(spec: DrainSpec): Promise<DrainRunner> {
    const { settings } = this;
    const { maxBytes, structuredData } = spec.target;
    const disk = await this.openBuffer(spec.id);
    return new DrainRunner({
      destination: spec.destination,
      transport: this.transportFor(spec),
      encode: packetEncoder({ maxBytes, structuredData, hostname: settings.hostname }),
      disk,
      policy: settings.policy,
      memory: this.memory,
      maxConnections: settings.maxConnections,
      backoff: settings.backoff,
      isPaused: spec.isPaused,
      spillAfterMs: settings.spillAfterMs,
    });
  }

  /** Has a drain that runs go on as the spec says now: paused or not, and with its certificates. What waits for it stays. */
  async change(spec: DrainSpec): Promise<void> {
    const runner = this.runners.get(spec.id);
    if (!runner) return;
    await Promise.all([spec.isPaused ? runner.pause() : runner.resume(), runner.deliverBy(this.transportFor(spec))]);
  }

  private transportFor({ id, target, drainToken, tls }: DrainSpec): Transport {
    const { guard, confirmAfterMs } = this.settings;
    return transportOf(target, { guard, drainToken: drainToken ?? id, tls, confirmAfterMs });
  }

  /** A drain whose buffer cannot be opened begins another one beside; see `inherit`. */
  private async openBuffer(id: string): Promise<DiskBuffer> {
    const directory = this.directoryOf(id);
    try {
      const disk = await this.openDirectory(directory);
      this.directories.set(id, directory);
      return disk;
    } catch (error) {
      this.settings.onTrouble?.(id, error);
      const beside = `${directory}${BESIDE}`;
      const disk = await this.openDirectory(beside);
      this.directories.set(id, beside);
      return disk;
    }
  }

  private openDirectory(directory: string): Promise<DiskBuffer> {
    return DiskBuffer.open({ directory, limitBytes: this.settings.bufferBytes, budget: this.disk });
  }

  /**
   * Delivers what a directory that no process uses holds for a drain that runs here, and removes it once it is empty.
   * @param directory as one of `bufferDirectory`, which another process left, or this one could not open
   * @returns whether it is gone; otherwise it is to be tried again later.
   */
  async inherit(directory: string): Promise<boolean> {
    const id = drainIdOf(directory);
    const runner = this.runners.get(id);
    if (!runner || this.directories.get(id) === directory) return false;
    const left = await this.openDirectory(directory);
    let isEmpty = false;
    try {
      isEmpty = await inherit(left, runner, this.closing.signal);
    } finally {
      await left.close();
    }
    if (isEmpty) await rm(directory, { recursive: true, force: true });
    return isEmpty;
  }

  /**
   * Removes such a directory of a drain that does not exist any more.
   * @returns how many undelivered records were in it.
   */
  async discard(directory: string): Promise<number> {
    const left = await this.openDirectory(directory);
    const count = left.unread;
    await left.close();
    await rm(directory, { recursive: true, force: true });
    return count;
  }

  get(id: string): DrainRunner | undefined {
    return this.runners.get(id);
  }

  get all(): ReadonlyMap<string, DrainRunner> {
    return this.runners;
  }

  /** Memory that the packets of all drains take. */
  get memoryBytes(): number {
    return this.memory.usedBytes;
  }

  /** How full the buffers on the disk are: that of the fullest drain, and all together; 1 is the limit. */
  get fill(): { readonly drain: number; readonly all: number } {
    const { bufferBytes, bufferTotalBytes } = this.settings;
    const fullest = Math.max(0, ...Array.from(this.runners.values(), ({ storedBytes }) => storedBytes));
    return { drain: fullest / bufferBytes, all: this.disk.usedBytes / bufferTotalBytes };
  }

  /** Ends a drain that was deleted, with everything that waits for it. */
  async remove(id: string): Promise<void> {
    const runner = this.runners.get(id);
    this.runners.delete(id);
    await this.tending.get(id);
    await runner?.remove();
    const directory = this.directoryOf(id);
    this.directories.delete(id);
    for (const path of [directory, `${directory}${BESIDE}`]) await rm(path, { recursive: true, force: true });
  }

  /** Delivers what can be delivered within the deadline and makes the rest durable; for the end of the process. */
  async close(deadlineMs: number): Promise<void> {
    clearInterval(this.timer);
    this.closing.abort();
    const results = await Promise.allSettled(
      [...this.runners].map(async ([id, runner]) => {
        await this.tending.get(id);
        await runner.flush(deadlineMs);
      }),
    );
    for (const [index, id] of [...this.runners.keys()].entries()) {
      const result = results[index];
      if (result?.status === 'rejected') this.settings.onTrouble?.(id, result.reason);
    }
    this.runners.clear();
  }

  /** Every drain once; a round that takes longer than the interval is not overtaken. */
  private async tend(): Promise<void> {
    const waiting = [...this.runners];
    await Promise.all(
      Array.from({ length: PARALLEL_TENDING }, async () => {
        for (let next = waiting.pop(); next; next = waiting.pop()) await this.tendOne(...next);
      }),
    );
    this.isTending = false;
  }

  /** One whose directory answers no more is left to itself, so that the others have their turn. */
  private async tendOne(id: string, runner: DrainRunner): Promise<void> {
    if (this.tending.has(id) || this.runners.get(id) !== runner) return;
    const tending = runner
      .tend()
      .catch((error: unknown) => this.settings.onTrouble?.(id, error))
      .finally(() => this.tending.delete(id));
    this.tending.set(id, tending);
    const { promise: overdue, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LONGEST_TENDING_MS);
    await Promise.race([tending, overdue]);
    clearTimeout(timer);
  }

  private directoryOf(id: string): string {
    if (!/^[0-9A-Za-z-]{1,64}$/.test(id)) throw new RangeError('A drain id has letters, digits and dashes only.');
    return join(this.settings.bufferDirectory, id);
  }
}
