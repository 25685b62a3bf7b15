import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ArchiveBytes, type ReadableArchive } from '../../archives/archive-bytes.js';
import { AuditService } from '../../audit/audit.service.js';
import { SYSTEM_ACTOR } from '../../audit/audit-actors.js';
import { Clock } from '../../common/clock.js';
import { CodedError } from '../../common/errors/coded-error.js';
import { EventSink } from '../../common/events/event-sink.js';
import { withoutRequestContext } from '../../common/request-context.js';
import { ShutdownSignal } from '../../common/shutdown-signal.js';
import { Database } from '../../database/database.js';
import { Leases } from '../../database/leases.js';
import { TicketDirectory } from '../../tickets/ticket-directory.js';
import { drainPath } from '../drain-path.js';
import { LeasedWork } from '../leased-work.js';
import { droppedIn } from '../shuttle-answers.js';
import { ShuttleClient } from '../shuttle-client.js';
import type { Replay } from './replay.entity.js';
import { type BatchOutcome, type ReplayEnding, type ReplayProgress, ReplayRun } from './replay-run.js';
import { ReplaysRepository } from './replays.repository.js';

/** The shuttle gives a batch 50 seconds to become safe, and less where it does not get on. */
const SEND_LIMIT_MS = 60_000;
const PROGRESS_INTERVAL_MS = 1_000;

/** The replays that this process runs. One whose process ended goes on where its row says. */
@Injectable()
export class ReplayRuns implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly runs = new Map<string, ReplayRun>();
  private readonly work: LeasedWork;

  constructor(
    private readonly replays: ReplaysRepository,
    private readonly archives: ArchiveBytes,
    private readonly shuttle: ShuttleClient,
    private readonly tickets: TicketDirectory,
    leases: Leases,
    private readonly audit: AuditService,
    private readonly events: EventSink,
    private readonly shutdown: ShutdownSignal,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.work = new LeasedWork({ kind: 'replay', leases, shutdown, logger: new Logger('replays') });
  }

  onModuleInit(): void {
    this.shutdown.register('replays', async () => {
      for (const run of this.runs.values()) run.leave();
      await this.work.whenAllEnded();
    });
  }

  onApplicationBootstrap(): void {
    const findRunning = async () => (await this.replays.findRunning()).map(({ id }) => id);
    this.work.lookFor(findRunning, (id) => this.run(id));
  }

  onApplicationShutdown(): Promise<void> {
    return this.work.stopLooking();
  }

  /** Begins with it, or leaves it to the process that was faster. */
  start(id: string): void {
    void withoutRequestContext(() => this.work.hold(id, () => this.run(id)));
  }

  /** Resolves when this process sends nothing more of it. */
  async stop(id: string): Promise<void> {
    this.runs.get(id)?.stop();
    await this.work.whenEnded(id);
  }

  private async run(id: string): Promise<void> {
    const replay = await this.replays.find(id);
    if (replay?.state !== 'running') return;
    const ending = await this.runTo(replay);
    if (ending) await this.end(replay, ending);
  }

  private async runTo(replay: Replay): Promise<ReplayEnding> {
    let archive: ReadableArchive;
    try {
      archive = await this.archives.open(replay.archiveId);
    } catch (error) {
      if (error instanceof CodedError) return { state: 'failed', error: error.detail };
      throw error;
    }
    const ticketNumber = await this.numberOf(replay);
    const query = new URLSearchParams({
      ticket: ticketNumber,
      written_at: new Date(archive.timeCreate).toISOString(),
    });
    const path = `${drainPath(replay.drainId)}/lines?${query}`;
    const run = new ReplayRun(replay, {
      send: (body, signal) => this.send(path, body, signal),
      report: this.reporter(replay, ticketNumber),
      isWanted: async () => (await this.replays.find(replay.id))?.state === 'running',
    });
    this.runs.set(replay.id, run);
    if (this.shutdown.isDraining) run.leave();
    try {
      return await run.run(archive);
    } finally {
      this.runs.delete(replay.id);
    }
  }

  private async send(path: string, lines: Uint8Array, signal: AbortSignal): Promise<BatchOutcome> {
    const { body } = await this.shuttle.ask({ method: 'POST', path, lines, limitMs: SEND_LIMIT_MS, signal });
    return { dropped: droppedIn(body) };
  }

  private reporter({ id, ticketId, totalBytes }: Replay, ticketNumber: string) {
    let toldAt = 0;
    return async (progress: ReplayProgress): Promise<boolean> => {
      const isRunning = await this.database.transaction(() => this.replays.updateRunning(id, progress));
      const now = this.clock.now();
      if (isRunning && now - toldAt >= PROGRESS_INTERVAL_MS) {
        toldAt = now;
        const { bytesRead, linesSent } = progress;
        const facts = {
          replay: id,
          state: 'running',
          bytes_read: bytesRead,
          total_bytes: totalBytes,
          lines: linesSent,
        };
        this.events.announce({ type: 'replay.progress', ticketId, ticketNumber, facts });
      }
      return isRunning;
    };
  }

  private async end(replay: Replay, ending: NonNullable<ReplayEnding>): Promise<void> {
    const { id, ticketId, archiveId, archiveName } = replay;
    const ticketNumber = await this.numberOf(replay);
    const isDone = ending.state === 'done';
    await this.database.transaction(async () => {
      const change = { ...ending, endedAt: this.clock.now(), ...(isDone ? { bytesRead: replay.totalBytes } : {}) };
      if (!(await this.replays.updateRunning(id, change))) return;
      const { linesSent = 0, linesDropped = 0 } = (await this.replays.find(id)) ?? {};
      const facts = { replay: id, state: ending.state, lines: linesSent, dropped: linesDropped };
      await this.audit.record({
        action: 'replay.ended',
        actor: SYSTEM_ACTOR,
        target: { kind: 'archive', id: archiveId, name: archiveName },
        details: { ...facts, drain: replay.drainId, error: ending.error },
      });
      this.events.record({ type: 'replay.ended', ticketId, ticketNumber, facts });
    });
  }

  private async numberOf({ ticketId }: Replay): Promise<string> {
    return (await this.tickets.describe([ticketId])).get(ticketId)?.number ?? '';
  }
}
