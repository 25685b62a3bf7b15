import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DerivedData } from '../../archives/derived-data.js';
import { OwnUploads } from '../../archives/intake/own-uploads.js';
import { AuditService } from '../../audit/audit.service.js';
import { staffActor } from '../../audit/audit-actors.js';
import { AccessControl } from '../../common/access/access-control.js';
import type { Principal, StaffPrincipal } from '../../common/access/principal.js';
import { Clock } from '../../common/clock.js';
import { EventSink } from '../../common/events/event-sink.js';
import type { Page } from '../../common/http/page.js';
import { Ids } from '../../common/ids.js';
import { Database } from '../../database/database.js';
import { TicketDirectory, type TicketSummary } from '../../tickets/ticket-directory.js';
import { TicketParts } from '../../tickets/ticket-parts.js';
import { destinationOf } from '../drain.rules.js';
import { LogSessions } from '../log-sessions.js';
import type { Capture } from './capture.entity.js';
import { archiveNameOf, sourceOf } from './capture.rules.js';
import { CaptureRuns } from './capture-runs.js';
import type { CaptureInput, CapturesQuery, CaptureView } from './captures.dto.js';
import { captureErrors } from './captures.errors.js';
import { CapturesRepository } from './captures.repository.js';

/** Rank of captures among the parts of a ticket: after the archives that they become. */
const TICKET_PART_RANK = 30;
/** Each reads a stream and compresses it. Two that begin at the same moment may both find the last place. */
const MAX_CAPTURES = 16;
const MEDIA_TYPE = 'application/gzip';

/** Capturing the live stream of an app or a site into a ticket. */
@Injectable()
export class CapturesService implements OnModuleInit {
  constructor(
    private readonly access: AccessControl,
    private readonly captures: CapturesRepository,
    private readonly runs: CaptureRuns,
    private readonly uploads: OwnUploads,
    private readonly sessions: LogSessions,
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
      markDeleting: (ticketId) => this.captures.cancelOfTicket(ticketId, this.clock.now()),
      deleteAll: async (ticketId) => {
        for (const { id } of await this.captures.findOfTicket(ticketId)) await this.runs.stop(id);
        await this.database.transaction(() => this.captures.removeOfTicket(ticketId));
      },
    });
    this.derived.register((archiveId) => this.database.transaction(() => this.captures.forgetArchive(archiveId)));
  }

  async list(principal: Principal, query: CapturesQuery): Promise<Page<CaptureView>> {
    this.access.require(principal, 'capture.read');
    const ticket = query.ticket === undefined ? undefined : await this.tickets.byNumber(query.ticket);
    const page = await this.captures.list(query, ticket?.id);
    return { ...page, items: await this.views(page.items) };
  }

  async read(principal: Principal, id: string): Promise<CaptureView> {
    this.access.require(principal, 'capture.read');
    const { capture, ticket } = await this.existing(id);
    return captureView(capture, ticket.number);
  }

  async begin(principal: Principal, number: string, input: CaptureInput): Promise<CaptureView> {
    const staff = this.access.require(principal, 'capture.manage');
    const destination = destinationOf(input);
    const ticket = await this.tickets.byNumber(number);
    await this.sessions.check(destination);
    const now = this.clock.now();
    const source = { app: null, space: null, site: null, ...destination };
    const id = this.ids.next();
    await this.requireRoom(ticket.id, source);
    const upload = await this.uploads.begin(ticket, { name: archiveNameOf(source, now), mediaType: MEDIA_TYPE });
    const capture: Capture = {
      ...{ id, ticketId: ticket.id, ...source, uploadId: upload.id, archiveId: null, username: staff.username },
      ...{ state: 'running', endedBy: null, error: null, isStopWanted: false, lines: 0, bytes: 0, gaps: 0 },
      storedUntil: null,
      ...{ maxBytes: input.max_bytes, endsAt: now + input.duration_seconds * 1_000, endedAt: null, timeCreate: now },
    };
    const begin = () => this.database.transaction(() => this.insert(staff, capture));
    try {
      return captureView(await this.runs.start(id, upload, begin), ticket.number);
    } catch (error) {
      await this.uploads.cancel(upload.id);
      throw error;
    }
  }

  /** Ends it now and keeps what is there; one that has ended stays as it is. */
  async stop(principal: Principal, id: string): Promise<CaptureView> {
    const staff = this.access.require(principal, 'capture.manage');
    const { capture, ticket } = await this.existing(id);
    const isWanted = await this.database.transaction(async () => {
      if (!(await this.captures.updateInState(id, 'running', { isStopWanted: true }))) return false;
      await this.record('capture.stopped', staff, capture, ticket);
      return true;
    });
    if (isWanted) void this.runs.stop(id);
    return this.read(principal, id);
  }

  /** What has come is thrown away. */
  async cancel(principal: Principal, id: string): Promise<void> {
    const staff = this.access.require(principal, 'capture.manage');
    const { capture, ticket } = await this.existing(id);
    await this.database.transaction(async () => {
      const change = { state: 'cancelled', endedBy: 'staff', endedAt: this.clock.now() } as const;
      if (!(await this.captures.updateInState(id, 'running', change))) throw captureErrors.ended();
      await this.record('capture.cancelled', staff, capture, ticket);
      this.tell('capture.ended', { ...capture, ...change }, ticket);
    });
    await this.uploads.cancel(capture.uploadId);
    await this.runs.stop(id);
  }

  private async insert(staff: StaffPrincipal, capture: Capture): Promise<Capture> {
    const ticket = await this.tickets.lock(capture.ticketId);
    if (!ticket || ticket.isDeleting) throw captureErrors.notFound();
    await this.requireRoom(ticket.id, capture);
    await this.captures.insert(capture);
    await this.record('capture.started', staff, capture, ticket);
    this.tell('capture.started', capture, ticket);
    return capture;
  }

  private async requireRoom(ticketId: string, source: Pick<Capture, 'app' | 'space' | 'site'>): Promise<void> {
    const ticket = (await this.tickets.describe([ticketId])).get(ticketId);
    if (ticket?.resolved) throw captureErrors.resolved();
    if (await this.captures.isCaptured(ticketId, source)) throw captureErrors.exists();
    if ((await this.captures.countUnfinished()) >= MAX_CAPTURES) throw captureErrors.tooMany(MAX_CAPTURES);
  }

  private record(action: string, staff: StaffPrincipal, capture: Capture, { number }: TicketSummary): Promise<void> {
    return this.audit.record({
      action,
      actor: staffActor(staff),
      target: { kind: 'ticket', id: capture.ticketId, name: number },
      details: { capture: capture.id, source: sourceOf(capture), max_bytes: capture.maxBytes },
    });
  }

  private tell(
    type: 'capture.started' | 'capture.ended',
    { id, ticketId, state, lines, bytes }: Capture,
    { number }: TicketSummary,
  ): void {
    this.events.record({ type, ticketId, ticketNumber: number, facts: { capture: id, state, lines, bytes } });
  }

  private async existing(id: string): Promise<{ capture: Capture; ticket: TicketSummary }> {
    const capture = await this.captures.find(id);
    const ticket = capture && (await this.tickets.describe([capture.ticketId])).get(capture.ticketId);
    if (!capture || !ticket || ticket.isDeleting) throw captureErrors.notFound();
    return { capture, ticket };
  }

  private async views(captures: readonly Capture[]): Promise<CaptureView[]> {
    const tickets = await this.tickets.describe(captures.map(({ ticketId }) => ticketId));
    return captures.map((capture) => captureView(capture, tickets.get(capture.ticketId)?.number ?? ''));
  }
}

function captureView(capture: Capture, ticket: string): CaptureView {
  const { id, app, space, site, state, endedBy, error, lines, bytes, gaps, maxBytes, archiveId } = capture;
  return {
    ...{ id, ticket, app, space, site, state, ended_by: endedBy, error, started_by: capture.username },
    started_at: new Date(capture.timeCreate).toISOString(),
    ends_at: new Date(capture.endsAt).toISOString(),
    ended_at: capture.endedAt === null ? null : new Date(capture.endedAt).toISOString(),
    ...{ lines, bytes, max_bytes: maxBytes, gaps, archive: archiveId },
    stored_until: capture.storedUntil === null ? null : new Date(capture.storedUntil).toISOString(),
  };
}
