import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { staffActor } from '../audit/audit-actors.js';
import { AccessControl } from '../common/access/access-control.js';
import type { Principal, StaffPrincipal } from '../common/access/principal.js';
import { type DeletionOutcome, Deletions } from '../common/deletions.js';
import { CodedError } from '../common/errors/coded-error.js';
import { EventSink } from '../common/events/event-sink.js';
import { mapPage, type Page, type PageRequest } from '../common/http/page.js';
import { Database } from '../database/database.js';
import { PlatformsService } from '../platforms/platforms.service.js';
import { numberKey } from '../tickets/ticket.rules.js';
import { TicketDirectory } from '../tickets/ticket-directory.js';
import { TicketParts, type TicketPartView } from '../tickets/ticket-parts.js';
import type { Archive } from './archive.entity.js';
import { ArchiveRemover } from './archive-remover.js';
import type { ArchiveQuery, ArchiveView } from './archives.dto.js';
import { archiveErrors } from './archives.errors.js';
import { ArchivesRepository } from './archives.repository.js';
import { UploadDiscarder } from './intake/upload-discarder.js';
import { UploadViews } from './intake/upload-views.js';
import type { UploadView } from './intake/uploads.dto.js';
import { UploadsRepository } from './intake/uploads.repository.js';

/** Rank of archives and uploads among the parts of a ticket: after the tokens, to which they refer. */
const TICKET_PART_RANK = 20;

/** What staff do with archives. `address` is the public address, for links. */
@Injectable()
export class ArchivesService implements OnModuleInit {
  constructor(
    private readonly access: AccessControl,
    private readonly archives: ArchivesRepository,
    private readonly uploads: UploadsRepository,
    private readonly uploadViews: UploadViews,
    private readonly remover: ArchiveRemover,
    private readonly discarder: UploadDiscarder,
    private readonly tickets: TicketDirectory,
    private readonly platforms: PlatformsService,
    private readonly parts: TicketParts,
    private readonly deletions: Deletions,
    private readonly audit: AuditService,
    private readonly events: EventSink,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.parts.register(TICKET_PART_RANK, {
      viewOf: (ticketIds) => this.ticketViews(ticketIds),
      markDeleting: (ticketId, staff) => this.hideAllOfTicket(ticketId, staff),
      deleteAll: async (ticketId) => {
        await this.discarder.removeAllOfTicket(ticketId);
        await this.remover.removeAllOfTicket(ticketId);
      },
    });
  }

  async list(principal: Principal, query: ArchiveQuery, address: string): Promise<Page<ArchiveView>> {
    this.access.require(principal, 'archive.read');
    const platform = query.platform === undefined ? undefined : await this.platforms.resolve(query.platform);
    const page = await this.archives.list(query, {
      ticketIds: await this.ticketIds(query.ticket),
      ticketKeyFrom: query.ticket__gte === undefined ? undefined : numberKey(query.ticket__gte),
      ticketKeyTo: query.ticket__lte === undefined ? undefined : numberKey(query.ticket__lte),
      platformId: platform?.id,
      ids: listOf(query.id__in ?? query.id),
      idFrom: query.id__gte,
      idTo: query.id__lte,
      nameContains: query.name,
      sha256: query.sha256,
      createdAt: timeOf(query.time_create),
      createdFrom: timeOf(query.time_create__gte),
      createdTo: timeOf(query.time_create__lte),
    });
    return { ...page, items: await this.views(page.items, address) };
  }

  async read(principal: Principal, id: string, address: string): Promise<ArchiveView> {
    this.access.require(principal, 'archive.read');
    const [view] = await this.views([await this.visible(id)], address);
    if (!view) throw archiveErrors.notFound();
    return view;
  }

  async delete(principal: Principal, id: string): Promise<DeletionOutcome> {
    const staff = this.access.require(principal, 'archive.delete');
    await this.database.transaction(async () => {
      const archive = await this.visible(id);
      if (!(await this.archives.markDeleting(id))) throw archiveErrors.notFound();
      await this.recordDeletion(archive, staff, { ticket_number: await this.tickets.numberOf(archive.ticketId) });
      const ticket = (await this.tickets.describe([archive.ticketId])).get(archive.ticketId);
      this.events.record({
        type: 'archive.deleted',
        ticketId: archive.ticketId,
        ticketNumber: ticket?.number ?? '',
        facts: { archive: id, size: archive.sizeBytes },
      });
    });
    return this.deletions.run(`archive:${id}`, () => this.remover.remove(id));
  }

  /** Uploads of a ticket that are under way. */
  async uploadsUnderWay(principal: Principal, number: string, request: PageRequest): Promise<Page<UploadView>> {
    this.access.require(principal, 'archive.read');
    const ticket = await this.tickets.byNumber(number);
    return mapPage(await this.uploads.listUnderWay(ticket.id, request), (upload) => this.uploadViews.progress(upload));
  }

  /** Each with a row of its own in the trail, where the ticket's row would not say what was lost. */
  private async hideAllOfTicket(ticketId: string, staff: StaffPrincipal): Promise<void> {
    await this.uploads.markDeletingOfTicket(ticketId);
    const ticket_number = await this.tickets.numberOf(ticketId);
    for (const archive of await this.archives.findOfTicket(ticketId)) {
      if (archive.state !== 'deleting') await this.recordDeletion(archive, staff, { ticket_number, with: 'ticket' });
    }
    await this.archives.markDeletingOfTicket(ticketId);
  }

  private recordDeletion(
    archive: Archive,
    staff: StaffPrincipal,
    more: { readonly ticket_number: string | undefined; readonly with?: 'ticket' },
  ): Promise<void> {
    return this.audit.record({
      action: 'archive.deleted',
      actor: staffActor(staff),
      target: { kind: 'archive', id: archive.id, name: archive.name },
      details: { ticket: archive.ticketId, size: archive.sizeBytes, sha256: archive.sha256, ...more },
    });
  }

  private async visible(id: string): Promise<Archive> {
    const archive = await this.archives.findVisible(id);
    if (!archive) throw archiveErrors.notFound();
    return archive;
  }

  /** A number that names no ticket narrows the list to nothing, as a filter does. */
  private async ticketIds(numbers: string | undefined): Promise<string[] | undefined> {
    const ids: string[] = [];
    for (const number of listOf(numbers) ?? []) {
      const ticket = await this.tickets.byNumber(number).catch((error: unknown) => {
        if (error instanceof CodedError && error.kind.status === 404) return undefined;
        throw error;
      });
      ids.push(ticket?.id ?? '');
    }
    return numbers === undefined ? undefined : ids;
  }

  private async views(archives: readonly Archive[], address: string): Promise<ArchiveView[]> {
    const tickets = await this.tickets.describe(archives.map((archive) => archive.ticketId));
    const platforms = await this.platforms.describe([
      ...new Set([...tickets.values()].map((ticket) => ticket.platformId)),
    ]);
    return archives.map((archive) => {
      const ticket = tickets.get(archive.ticketId);
      return {
        id: archive.id,
        ticket: ticket?.number ?? '',
        platform: platforms.get(ticket?.platformId ?? '')?.name ?? '',
        name: archive.name,
        file: `${address}/api/v1/archives/${archive.id}/download`,
        size: archive.sizeBytes,
        sha256: archive.sha256,
        media_type: archive.mediaType,
        uploaded_from: archive.uploadedFrom,
        time_create: new Date(archive.timeCreate).toISOString(),
        capture: archive.isCapture,
        state: archive.state,
      };
    });
  }

  private async ticketViews(ticketIds: readonly string[]): Promise<Map<string, TicketPartView>> {
    const totals = await this.archives.totalsOfTickets(ticketIds);
    return new Map([...totals].map(([id, { count, bytes }]) => [id, { archives_count: count, archives_bytes: bytes }]));
  }
}

function listOf(text: string | undefined): string[] | undefined {
  return text?.split(',').map((item) => item.trim());
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
