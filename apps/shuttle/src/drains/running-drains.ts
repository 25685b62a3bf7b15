import type { DrainHost } from '@logs-collector/shuttle/delivery/drain-host';
import type { DrainRunner } from '@logs-collector/shuttle/delivery/drain-runner';
import type { Destination } from '@logs-collector/shuttle/record';
import type { ShuttleLog } from '../log.js';
import type { RecordTaker } from '../pump/pump.js';
import { RouteTable } from '../pump/route-table.js';
import { AbsentDrain } from './absent-drain.js';
import type { DrainStore } from './drain-store.js';
import type { StoredDrain } from './sealed-drains.js';

/** A drain that was added or removed at another instance takes effect within two seconds. */
const SYNC_INTERVAL_MS = 1_000;
const PARALLEL_STARTS = 8;

interface Running {
  readonly destination: Destination;
  readonly runner: DrainRunner;
  readonly revision: number;
}

/** Runs what the database says: starts drains that appear there, ends those that are gone. */
export class RunningDrains {
  routes = new RouteTable<RecordTaker>();
  private readonly running = new Map<string, Running>();
  /** What stands in for those that could not be started. */
  private readonly absent = new Map<string, AbsentDrain>();
  private syncing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Pick<DrainStore, 'revisions' | 'list'>,
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
    for (const [id, { missed }] of this.absent) {
      if (missed > 0) this.log.error({ msg: 'a drain that never started missed records', drain: id, given_up: missed });
    }
  }

  private async syncOnce(): Promise<void> {
    const revisions = await this.store.revisions();
    const gone = [...this.running.keys()].filter((id) => !revisions.has(id));
    const isSame =
      gone.length === 0 &&
      this.absent.size === 0 &&
      revisions.size === this.running.size &&
      [...revisions].every(([id, revision]) => this.running.get(id)?.revision === revision);
    if (isSame) return;
    const waiting = (await this.store.list()).filter(({ id, revision }) => this.running.get(id)?.revision !== revision);
    await Promise.all(
      Array.from({ length: PARALLEL_STARTS }, async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) await this.take(next);
      }),
    );
    for (const id of gone) this.running.delete(id);
    for (const id of this.absent.keys()) if (!revisions.has(id)) this.absent.delete(id);
    this.route();
    for (const id of gone) void this.end(id);
    await this.tellWhatWasMissed();
  }

  /** No record may pass a drain by unseen, whether it could be started or not. */
  private route(): void {
    const missing = [...this.absent].filter(([id]) => !this.running.has(id));
    this.routes = new RouteTable<RecordTaker>([
      ...[...this.running.values()].map(({ destination, runner }) => [destination, runner] as const),
      ...missing.map(([, drain]) => [drain.destination, drain] as const),
    ]);
  }

  /** To drains that run now; from here on they miss nothing more. */
  private async tellWhatWasMissed(): Promise<void> {
    for (const [id, drain] of this.absent) {
      const runner = this.running.get(id)?.runner;
      if (!runner) continue;
      try {
        await drain.tell(runner);
        this.absent.delete(id);
      } catch (error) {
        this.log.warn({ msg: 'what a drain missed could not be counted yet', drain: id, error });
      }
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

  /**
   * Starts it where it does not run, and has it go on as it was changed where it does. One that cannot be started is
   * tried again in a second, and keeps nobody else from starting.
   */
  private async take({ id, destination, target, tls, isPaused, revision }: StoredDrain): Promise<void> {
    const running = this.running.get(id);
    const spec = { id, destination, target, tls, isPaused };
    if (running) {
      this.running.set(id, { ...running, revision });
      // It takes effect at once; connections that are ended on the way may take their time.
      this.host.change(spec).catch((error: unknown) => {
        this.log.warn({ msg: 'a drain could not be changed', drain: id, error });
      });
      this.log.info({ msg: 'drain changed', drain: id, paused: isPaused });
      return;
    }
    try {
      this.running.set(id, { destination, revision, runner: await this.host.add(spec) });
      this.log.info({ msg: 'drain started', drain: id, paused: isPaused });
    } catch (error) {
      if (this.absent.has(id)) return;
      this.log.error({ msg: 'a drain could not be started', drain: id, error });
      const report = (missed: number) =>
        this.log.error({ msg: 'a drain that is not started misses records', drain: id, given_up: missed });
      this.absent.set(id, new AbsentDrain(destination, report));
    }
  }
}
