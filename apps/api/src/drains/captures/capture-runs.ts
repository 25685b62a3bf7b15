import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { type OwnUpload, OwnUploads } from '../../archives/intake/own-uploads.js';
import { Clock } from '../../common/clock.js';
import { EventSink } from '../../common/events/event-sink.js';
import { withoutRequestContext } from '../../common/request-context.js';
import { ShutdownSignal } from '../../common/shutdown-signal.js';
import { Database } from '../../database/database.js';
import { Leases } from '../../database/leases.js';
import { LeasedWork } from '../leased-work.js';
import { LogSessions } from '../log-sessions.js';
import type { Capture } from './capture.entity.js';
import { destinationOfSource } from './capture.rules.js';
import { CaptureEndings } from './capture-endings.js';
import { type CaptureProgress, CaptureRun } from './capture-run.js';
import { CapturesRepository } from './captures.repository.js';

const LOST = 'What came is no longer there; the log of the server says why.';

/** The captures that this process runs. One whose process ended is taken up: it goes on, and its text says what may be missing. */
@Injectable()
export class CaptureRuns implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('captures');
  private readonly runs = new Map<string, CaptureRun>();
  private readonly work: LeasedWork;

  constructor(
    private readonly captures: CapturesRepository,
    private readonly endings: CaptureEndings,
    private readonly uploads: OwnUploads,
    private readonly sessions: LogSessions,
    leases: Leases,
    private readonly events: EventSink,
    private readonly shutdown: ShutdownSignal,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.work = new LeasedWork({ kind: 'capture', leases, shutdown, logger: this.logger });
  }

  onModuleInit(): void {
    this.shutdown.register('captures', async () => {
      for (const run of this.runs.values()) run.leave();
      await this.work.whenAllEnded();
    });
  }

  onApplicationBootstrap(): void {
    const findUnfinished = async () => (await this.captures.findUnfinished()).map(({ id }) => id);
    this.work.lookFor(findUnfinished, (id) => this.takeUp(id));
  }

  onApplicationShutdown(): Promise<void> {
    return this.work.stopLooking();
  }

  /** Runs a capture whose row `insert` makes. Resolves with the row; the run goes on by itself. */
  start(id: string, upload: OwnUpload, insert: () => Promise<Capture>): Promise<Capture> {
    const { promise, resolve, reject } = Promise.withResolvers<Capture>();
    // The lease comes before the row, so that nobody takes it for abandoned.
    const done = this.work.hold(id, async () => {
      const capture = await insert().catch(reject);
      if (!capture) return;
      resolve(capture);
      await withoutRequestContext(() => this.run(this.runOf(capture, upload), capture));
    });
    // Says nothing where it has begun.
    void done.then(() => reject(new Error('The capture could not begin.')));
    return promise;
  }

  /** Ends it at once where it runs in this process, and resolves when it has ended. */
  async stop(id: string): Promise<void> {
    this.runs.get(id)?.end({ by: 'staff', error: null });
    await this.work.whenEnded(id);
  }

  private async takeUp(id: string): Promise<void> {
    const capture = await this.captures.find(id);
    if (!capture) return;
    const upload = capture.state === 'running' ? await this.uploads.resume(capture.uploadId) : undefined;
    if (!upload) return this.endings.end(capture, { by: 'fault', error: LOST });
    this.logger.log({ msg: 'a capture whose process ended goes on', capture: id });
    await this.run(this.runOf(capture, upload, capture.storedUntil ?? capture.timeCreate), capture);
  }

  private async run(run: CaptureRun, capture: Capture): Promise<void> {
    this.runs.set(capture.id, run);
    if (this.shutdown.isDraining) run.leave();
    try {
      const ending = await run.run();
      if (ending) await this.endings.end(capture, ending);
    } finally {
      this.runs.delete(capture.id);
    }
  }

  private runOf(capture: Capture, upload: OwnUpload, takenUpFrom?: number): CaptureRun {
    const request = { ...destinationOfSource(capture), lines: 0, tail: true, announce: true };
    const surroundings = {
      source: {
        open: (signal: AbortSignal) => this.sessions.open(request, signal),
        now: () => this.clock.now(),
      },
      append: (at: OwnUpload, bytes: Uint8Array) => this.append(capture.id, at, bytes),
      report: (progress: CaptureProgress) => this.report(capture, upload.principal.ticketNumber, progress),
      isWanted: () => this.isWanted(capture.id),
    };
    return new CaptureRun(capture, upload, surroundings, takenUpFrom);
  }

  private async append(id: string, upload: OwnUpload, bytes: Uint8Array): Promise<OwnUpload> {
    try {
      return await this.uploads.append(upload, bytes);
    } catch (error) {
      this.logger.warn({ msg: 'what a capture brought could not be stored', capture: id, error });
      throw error;
    }
  }

  /** A database that is away for a moment ends no capture. */
  private async isWanted(id: string): Promise<boolean> {
    try {
      const current = await this.captures.find(id);
      return current?.state === 'running' && !current.isStopWanted;
    } catch (error) {
      this.logger.warn({ msg: 'whether a capture is still wanted could not be read', capture: id, error });
      return true;
    }
  }

  private async report({ id, ticketId }: Capture, ticketNumber: string, progress: CaptureProgress): Promise<void> {
    const { lines, bytes, gaps } = progress;
    try {
      await this.database.transaction(() => this.captures.updateInState(id, 'running', progress));
    } catch (error) {
      this.logger.warn({ msg: 'how far a capture is could not be written', capture: id, error });
    }
    this.events.announce({
      type: 'capture.progress',
      ticketId,
      ticketNumber,
      facts: { capture: id, state: 'running', lines, bytes, gaps },
    });
  }
}
