import cluster, { type Address, type Worker } from 'node:cluster';
import type { AppLog } from './common/logging/logger.js';
import { tell, type WorkersState, workers } from './common/worker-channel.js';

const RESTART_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Where the workers listen, together. */
export type ListeningAddress = Pick<Address, 'address' | 'port'>;

/**
 * The first process where WEB_CONCURRENCY asks for several: it serves nothing, starts the workers, starts one again that
 * has died, and ends them all.
 */
export class WorkerSupervisor {
  private readonly listening = new Set<Worker>();
  private hasAllStarted = false;
  private isEnding = false;
  private failures = 0;
  /** Of those that ended after the end had begun. */
  private worstCode = 0;

  constructor(
    private readonly count: number,
    private readonly log: AppLog,
  ) {}

  /**
   * Resolves when all listen. The first one alone at first: it migrates, and where something is wrong with the settings
   * it is said once. Where one ends before all have listened, nothing can be mended by trying again: the process ends.
   */
  async start(): Promise<ListeningAddress> {
    // Workers take connections from the system themselves. With the other policy those that were just being handed to a
    // worker that dies would hang for ever.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.on('exit', (worker, code, signal) => this.replace(worker, code, signal));
    const address = await this.fork();
    await Promise.all(Array.from({ length: this.count - 1 }, () => this.fork()));
    this.hasAllStarted = true;
    this.tellAll();
    return address;
  }

  /** Ends all gently; the second time at once. Every worker has the same time as a process alone. */
  end(signal: string): void {
    if (this.isEnding) {
      for (const worker of workers()) worker.process.kill('SIGKILL');
      return;
    }
    this.isEnding = true;
    for (const worker of workers()) tell(worker, { kind: 'end', signal });
    // All may have died, and wait to be started again.
    this.exitOnceAlone();
  }

  private fork(): Promise<ListeningAddress> {
    const worker = cluster.fork();
    return new Promise((resolve) => {
      worker.once('listening', ({ address, port }) => {
        this.listening.add(worker);
        this.failures = 0;
        this.tellAll();
        resolve({ address, port });
      });
    });
  }

  private replace(worker: Worker, code: number | null, signal: string | null): void {
    this.listening.delete(worker);
    const hasStartFailed = !this.hasAllStarted && !this.isEnding;
    if (hasStartFailed || this.isEnding) this.worstCode = Math.max(this.worstCode, code ?? 1);
    if (hasStartFailed) this.end('SIGTERM');
    else if (this.isEnding) this.exitOnceAlone();
    else this.startAgain(code, signal);
  }

  private startAgain(code: number | null, signal: string | null): void {
    const pauseMs = Math.min(RESTART_PAUSE_MS * 2 ** this.failures, LONGEST_PAUSE_MS);
    this.failures += 1;
    this.log.error({ msg: 'a worker process has died and is started again', code, signal, pause_ms: pauseMs });
    this.tellAll();
    setTimeout(() => {
      if (!this.isEnding) void this.fork();
    }, pauseMs);
  }

  private exitOnceAlone(): void {
    if (workers().length === 0) process.exit(this.hasAllStarted ? this.worstCode : this.worstCode || 1);
  }

  private tellAll(): void {
    const whole: WorkersState = this.listening.size === this.count ? 'complete' : 'incomplete';
    const state = this.hasAllStarted ? whole : 'starting';
    for (const worker of workers()) tell(worker, { kind: 'workers', state });
  }
}
