import { ReadError } from '@logs-collector/archive-reader/read-error';
import { inspectText } from '@logs-collector/archive-reader/text-source';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ArchiveBytes, type ReadableArchive } from '../../archives/archive-bytes.js';
import { DerivedData } from '../../archives/derived-data.js';
import { AuditService } from '../../audit/audit.service.js';
import { staffActor } from '../../audit/audit-actors.js';
import { AccessControl } from '../../common/access/access-control.js';
import type { Principal, StaffPrincipal } from '../../common/access/principal.js';
import { Clock } from '../../common/clock.js';
import { EventSink } from '../../common/events/event-sink.js';
import type { Page } from '../../common/http/page.js';
import { Ids } from '../../common/ids.js';
import { Database } from '../../database/database.js';
import { TicketDirectory } from '../../tickets/ticket-directory.js';
import { TicketParts } from '../../tickets/ticket-parts.js';
import { drainPath } from '../drain-path.js';
import { drainErrors } from '../drains.errors.js';
import { drainIn } from '../shuttle-answers.js';
import { ShuttleClient } from '../shuttle-client.js';
import type { Replay } from './replay.entity.js';
import { ReplayRuns } from './replay-runs.js';
import type { ReplayInput, ReplaysQuery, ReplayView } from './replays.dto.js';
import { replayErrors } from './replays.errors.js';
import { ReplaysRepository } from './replays.repository.js';

/** Rank of replays among the parts of a ticket: after the archives that they read. */
const TICKET_PART_RANK = 31;
/** Each reads and decompresses an archive. Two that begin at the same moment may both find the last place. */
const MAX_REPLAYS = 16;

/** Sending the lines of archives to drains. */
@Injectable()
export class ReplaysService implements OnModuleInit {
  constructor(
    private readonly access: AccessControl,
    private readonly replays: ReplaysRepository,
    private readonly runs: ReplayRuns,
    private readonly archives: ArchiveBytes,
    private readonly shuttle: ShuttleClient,
    private readonly tickets: TicketDirectory,
    private readonly parts: TicketParts,
    private readonly derived: DerivedData,
    private readonly audit: AuditService,
    private readonly events: EventSink,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  onModuleInit(): void {
    this.parts.register(TICKET_PART_RANK, {
      markDeleting: (ticketId) => this.replays.cancelOfTicket(ticketId, this.clock.now()),
      deleteAll: async (ticketId) => {
        for (const { id } of await this.replays.findOfTicket(ticketId)) await this.runs.stop(id);
        await this.database.transaction(() => this.replays.removeOfTicket(ticketId));
      },
    });
    this.derived.register(async (archiveId) => {
      for (const { id } of await this.replays.findOfArchive(archiveId)) await this.runs.stop(id);
      await this.database.transaction(() => this.replays.removeOfArchive(archiveId));
    });
  }

  async list(principal: Principal, query: ReplaysQuery): Promise<Page<ReplayView>> {
    this.access.require(principal, 'replay.read');
    const ticket = query.ticket === undefined ? undefined : await this.tickets.byNumber(query.ticket);
    const page = await this.replays.list(query, { ticketId: ticket?.id, archiveId: query.archive });
    const tickets = await this.tickets.describe(page.items.map(({ ticketId }) => ticketId));
    return { ...page, items: page.items.map((item) => replayView(item, tickets.get(item.ticketId)?.number ?? '')) };
  }

  async read(principal: Principal, id: string): Promise<ReplayView> {
    this.access.require(principal, 'replay.read');
    const { replay, number } = await this.existing(id);
    return replayView(replay, number);
  }

  async begin(principal: Principal, archiveId: string, { drain_id }: ReplayInput): Promise<ReplayView> {
    const staff = this.access.require(principal, 'replay.manage');
    const archive = await this.archives.open(archiveId);
    const { body } = await this.shuttle.ask({ method: 'GET', path: drainPath(drain_id) });
    const drain = drainIn(body);
    if (drain.paused) throw drainErrors.paused();
    await requireText(archive);
    const replay: Replay = {
      ...{ id: this.ids.next(), ticketId: archive.ticketId, archiveId, archiveName: archive.name },
      ...{ drainId: drain.id, drainToken: drain.token, state: 'running', error: null, username: staff.username },
      ...{ totalBytes: archive.sizeBytes, bytesRead: 0, textOffset: 0, linesSent: 0, linesDropped: 0 },
      ...{ endedAt: null, timeCreate: this.clock.now() },
    };
    const number = await this.database.transaction(() => this.insert(staff, replay));
    this.runs.start(replay.id);
    return replayView(replay, number);
  }

  /** What was sent before has been sent. */
  async cancel(principal: Principal, id: string): Promise<void> {
    const staff = this.access.require(principal, 'replay.manage');
    const { replay, number } = await this.existing(id);
    await this.database.transaction(async () => {
      const change = { state: 'cancelled', error: null, endedAt: this.clock.now() } as const;
      if (!(await this.replays.updateRunning(id, change))) throw replayErrors.ended();
      await this.record('replay.cancelled', staff, replay);
      this.tell('replay.ended', { ...replay, ...change }, number);
    });
    await this.runs.stop(id);
  }

  private async insert(staff: StaffPrincipal, replay: Replay): Promise<string> {
    const ticket = await this.tickets.lock(replay.ticketId);
    if (!ticket || ticket.isDeleting) throw replayErrors.notFound();
    if (await this.replays.isReplayed(replay.archiveId, replay.drainId)) throw replayErrors.exists();
    if ((await this.replays.countRunning()) >= MAX_REPLAYS) throw replayErrors.tooMany(MAX_REPLAYS);
    await this.replays.insert(replay);
    await this.record('replay.started', staff, replay);
    this.tell('replay.started', replay, ticket.number);
    return ticket.number;
  }

  private record(action: string, staff: StaffPrincipal, replay: Replay): Promise<void> {
    return this.audit.record({
      action,
      actor: staffActor(staff),
      target: { kind: 'archive', id: replay.archiveId, name: replay.archiveName },
      details: { replay: replay.id, ticket: replay.ticketId, drain: replay.drainId, to: replay.drainToken },
    });
  }

  private tell(
    type: 'replay.started' | 'replay.ended',
    { id, ticketId, state, linesSent }: Replay,
    ticketNumber: string,
  ): void {
    this.events.record({ type, ticketId, ticketNumber, facts: { replay: id, state, lines: linesSent } });
  }

  private async existing(id: string): Promise<{ replay: Replay; number: string }> {
    const replay = await this.replays.find(id);
    const ticket = replay && (await this.tickets.describe([replay.ticketId])).get(replay.ticketId);
    if (!replay || !ticket || ticket.isDeleting) throw replayErrors.notFound();
    return { replay, number: ticket.number };
  }
}

/** Before anything is sent: half a binary file in a log server helps nobody. */
async function requireText(archive: ReadableArchive): Promise<void> {
  try {
    await inspectText((start) => archive.read(start));
  } catch (error) {
    throw error instanceof ReadError ? replayErrors.notText(`The archive cannot be replayed. ${error.message}`) : error;
  }
}

function replayView(replay: Replay, ticket: string): ReplayView {
  const { id, archiveId, archiveName, drainId, drainToken, state, error, username } = replay;
  return {
    ...{ id, ticket, archive: archiveId, archive_name: archiveName, drain_id: drainId, drain_token: drainToken },
    ...{ state, error, started_by: username },
    started_at: new Date(replay.timeCreate).toISOString(),
    ended_at: replay.endedAt === null ? null : new Date(replay.endedAt).toISOString(),
    ...{ total_bytes: replay.totalBytes, bytes_read: replay.bytesRead },
    ...{ lines_sent: replay.linesSent, lines_dropped: replay.linesDropped },
  };
}
