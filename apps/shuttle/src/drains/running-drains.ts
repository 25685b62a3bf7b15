import type { DrainHost } from '@logs-collector/shuttle/delivery/drain-host';
import type { DrainRunner } from '@logs-collector/shuttle/delivery/drain-runner';
import type { Destination } from '@logs-collector/shuttle/record';
import type { ShuttleLog } from '../log.js';
import { RouteTable } from '../pump/route-table.js';
import type { DrainStore, StoredDrain } from './drain-store.js';

/** A drain that was added or removed at another instance takes effect within two seconds. */
const SYNC_INTERVAL_MS = 1_000;
const PARALLEL_STARTS = 8;

interface Running {
  readonly destination: Destination;
  readonly runner: DrainRunner;
}

/** Runs what the database says: starts drains that appear there, ends those that are gone. */
export class RunningDrains {
  routes = new RouteTable<DrainRunner>();
  private readonly running = new Map<string, Running>();
  private readonly failing = new Set<string>();
  private syncing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Pick<DrainStore, 'ids' | 'list'>,
    private readonly host: DrainHost,
    private readonly log: ShuttleLog,
  ) {}

  /** Rejects where the drains cannot be read, so that no record passes a drain that is only not known yet. */
  async start(): Promise<void> {
    await this.sync();
    this.timer = setInterval(() => {
      this.sync().catch((error: unknown) => this.log.warn({ msg: 'the drains could not be read', error }));
    }, SYNC_INTERVAL_MS);
  }

  /** One after the other: what was changed before the call has taken effect when it resolves. */
  sync(): Promise<void> {
    this.syncing = this.syncing.catch(() => undefined).then(() => this.syncOnce());
    return this.syncing;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.syncing.catch(() => undefined);
  }

  private async syncOnce(): Promise<void> {
    const ids = new Set(await this.store.ids());
    const gone = [...this.running.keys()].filter((id) => !ids.has(id));
    const isSame = gone.length === 0 && ids.size === this.running.size;
    if (isSame) return;
    const waiting = (await this.store.list()).filter(({ id }) => !this.running.has(id));
    await Promise.all(
      Array.from({ length: PARALLEL_STARTS }, async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) await this.startOne(next);
      }),
    );
    for (const id of gone) this.running.delete(id);
    this.routes = new RouteTable([...this.running.values()].map(({ destination, runner }) => [destination, runner]));
    for (const id of gone) void this.end(id);
  }

  /** One that cannot be started is tried again in a second, and keeps nobody else from starting. */
  private async startOne({ id, destination, target }: StoredDrain): Promise<void> {
    try {
      this.running.set(id, { destination, runner: await this.host.add({ id, destination, target }) });
      this.failing.delete(id);
      this.log.info({ msg: 'drain started', drain: id });
    } catch (error) {
      if (!this.failing.has(id)) this.log.error({ msg: 'a drain could not be started', drain: id, error });
      this.failing.add(id);
    }
  }

  private async end(id: string): Promise<void> {
    try {
      await this.host.remove(id);
      this.log.info({ msg: 'drain ended', drain: id });
    } catch (error) {
      this.log.warn({ msg: 'what a drain left behind could not be removed', drain: id, error });
    }
  }
}
