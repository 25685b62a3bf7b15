import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { staffActor } from '../audit/audit-actors.js';
import { AccessControl } from '../common/access/access-control.js';
import type { Principal, StaffPrincipal } from '../common/access/principal.js';
import { Clock } from '../common/clock.js';
import { type DeletionOutcome, Deletions } from '../common/deletions.js';
import { commonErrors } from '../common/errors/common.errors.js';
import { EventSink } from '../common/events/event-sink.js';
import type { Page } from '../common/http/page.js';
import { Ids } from '../common/ids.js';
import { Database } from '../database/database.js';
import { PlatformDependents } from '../platforms/platform-dependents.js';
import { PlatformsService } from '../platforms/platforms.service.js';
import type { Ticket } from './ticket.entity.js';
import { numberKey, parseOrdering, searchTextOf } from './ticket.rules.js';
import { ticketFilterOf } from './ticket-filter.js';
import { TicketParts, type UploadAllowance } from './ticket-parts.js';
import { TicketViews } from './ticket-views.js';
import type { TicketInput, TicketPatch, TicketQuery, TicketsResolutionResult, TicketView } from './tickets.dto.js';
import { ticketErrors } from './tickets.errors.js';
import { TicketsRepository } from './tickets.repository.js';

type TicketChange = Pick<TicketPatch, 'number' | 'note' | 'resolved'> & { readonly platformId?: string };

@Injectable()
export class TicketsService implements OnModuleInit {
  constructor(
    private readonly access: AccessControl,
    private readonly tickets: TicketsRepository,
    private readonly views: TicketViews,
    private readonly parts: TicketParts,
    private readonly platforms: PlatformsService,
    private readonly dependents: PlatformDependents,
    private readonly deletions: Deletions,
    private readonly audit: AuditService,
    private readonly events: EventSink,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  onModuleInit(): void {
    this.dependents.register({
      count: (platformId) => this.tickets.countOfPlatform(platformId),
      markDeleting: async (platformId, staff) => {
        const tickets = await this.tickets.findOfPlatform(platformId);
        for (const ticket of tickets.filter(({ isDeleting }) => !isDeleting))
          await this.hide(ticket, staff, platformId);
      },
      deleteAll: async (platformId) => {
        for (const ticket of await this.tickets.findOfPlatform(platformId)) await this.finishDeletion(ticket.id);
      },
    });
  }

  async list(principal: Principal, query: TicketQuery): Promise<Page<TicketView>> {
    const staff = this.access.require(principal, 'ticket.read');
    const order = parseOrdering(query.ordering);
    if (!order) throw commonErrors.validation([{ pointer: '/ordering', detail: 'is not one of the known orders' }]);
    const platform = query.platform === undefined ? undefined : await this.platforms.resolve(query.platform);
    const page = await this.tickets.list(query, ticketFilterOf(query, platform?.id), order);
    return { ...page, items: await this.views.of(page.items, staff) };
  }

  async read(principal: Principal, number: string): Promise<TicketView> {
    const staff = this.access.require(principal, 'ticket.read');
    return this.views.ofOne(await this.visible(number), staff);
  }

  async create(principal: Principal, input: TicketInput): Promise<TicketView> {
    const staff = this.access.require(principal, 'ticket.edit');
    const ticket = await this.database.transaction(async () => {
      const platform = await this.platforms.hold(input.platform);
      if (await this.tickets.isNumberTaken(input.number)) throw ticketErrors.numberTaken(input.number);
      const created = this.newTicket(staff, input, platform.id);
      await this.tickets.insert(created);
      await this.audit.record({ action: 'ticket.created', actor: staffActor(staff), target: targetOf(created) });
      await this.parts.onCreated(created.id, staff, allowanceOf(input));
      this.tell('ticket.created', created);
      return created;
    });
    return this.views.ofOne(ticket, staff);
  }

  async edit(
    principal: Principal,
    number: string,
    patch: TicketPatch,
    versions?: readonly number[],
  ): Promise<TicketView> {
    const staff = this.access.require(principal, 'ticket.edit');
    const edited = await this.database.transaction(async () => {
      const platform = typeof patch.platform === 'string' ? await this.platforms.hold(patch.platform) : undefined;
      const [ticket] = await this.tickets.lockVisible([number]);
      if (!ticket) throw ticketErrors.notFound();
      if (versions && !versions.includes(ticket.version)) throw commonErrors.preconditionFailed();
      const allowance = allowanceOf(patch);
      const hasAllowance = Object.keys(allowance).length > 0;
      if (hasAllowance) await this.parts.onAllowanceChanged(ticket.id, staff, allowance);
      const wanted = { ...patch, platformId: platform?.id };
      return hasAllowance || isChange(ticket, wanted) ? this.write(staff, ticket, wanted) : ticket;
    });
    return this.views.ofOne(edited, staff);
  }

  /** Marks many as resolved or open at once; numbers that do not exist are named, not refused. */
  async resolveAll(
    principal: Principal,
    numbers: readonly string[],
    resolved: boolean,
  ): Promise<TicketsResolutionResult> {
    const staff = this.access.require(principal, 'ticket.edit');
    return this.database.transaction(async () => {
      const result: TicketsResolutionResult = { changed: [], missing: [] };
      const wanted = [...new Set(numbers)];
      const tickets = new Map((await this.tickets.lockVisible(wanted)).map((ticket) => [ticket.number, ticket]));
      for (const number of wanted) {
        const ticket = tickets.get(number);
        if (ticket && isChange(ticket, { resolved })) await this.write(staff, ticket, { resolved });
        (ticket ? result.changed : result.missing).push(number);
      }
      return result;
    });
  }

  async delete(principal: Principal, number: string): Promise<DeletionOutcome> {
    const staff = this.access.require(principal, 'ticket.delete');
    const ticket = await this.database.transaction(async () => {
      const found = await this.visible(number);
      if (!(await this.hide(found, staff))) throw ticketErrors.notFound();
      return found;
    });
    return this.deletions.run(`ticket:${ticket.id}`, () => this.finishDeletion(ticket.id));
  }

  /** Takes up deletions that a crash or a slow store left unfinished. */
  async finishDeletions(): Promise<void> {
    for (const ticket of await this.tickets.findDeleting()) {
      await this.deletions.run(`ticket:${ticket.id}`, () => this.finishDeletion(ticket.id));
    }
  }

  private newTicket(staff: StaffPrincipal, input: TicketInput, platformId: string): Ticket {
    const now = this.clock.now();
    const note = input.note ?? '';
    return {
      id: this.ids.next(),
      number: input.number,
      numberKey: numberKey(input.number),
      platformId,
      userId: staff.userId,
      username: staff.username,
      resolved: input.resolved ?? false,
      note,
      searchText: searchTextOf(input.number, note),
      version: 1,
      timeCreate: now,
      timeUpdate: now,
      isDeleting: false,
    };
  }

  private async write(staff: StaffPrincipal, ticket: Ticket, patch: TicketChange): Promise<Ticket> {
    const number = patch.number ?? ticket.number;
    const note = patch.note ?? ticket.note;
    const change = {
      number,
      numberKey: numberKey(number),
      note,
      searchText: searchTextOf(number, note),
      resolved: patch.resolved ?? ticket.resolved,
      platformId: patch.platformId ?? ticket.platformId,
      timeUpdate: this.clock.now(),
    };
    if (number !== ticket.number && (await this.tickets.isNumberTaken(number))) throw ticketErrors.numberTaken(number);
    await this.tickets.update(ticket, change);
    await this.audit.record({
      action:
        change.resolved !== ticket.resolved
          ? change.resolved
            ? 'ticket.resolved'
            : 'ticket.reopened'
          : 'ticket.changed',
      actor: staffActor(staff),
      target: targetOf(ticket),
    });
    const written = { ...ticket, ...change, version: ticket.version + 1 };
    this.tell('ticket.changed', written);
    return written;
  }

  /**
   * Locks the ticket first, so that no upload can begin on it while it is being hidden. False where somebody else has
   * hidden it already, or has moved it out of the platform with which it should go.
   */
  private async hide(ticket: Ticket, staff: StaffPrincipal, platformId?: string): Promise<boolean> {
    const current = await this.tickets.lock(ticket.id);
    if (platformId !== undefined && current?.platformId !== platformId) return false;
    if (!(await this.tickets.markDeleting(ticket.id))) return false;
    await this.parts.markDeleting(ticket.id, staff);
    await this.audit.record({ action: 'ticket.deleted', actor: staffActor(staff), target: targetOf(ticket) });
    this.tell('ticket.deleted', ticket);
    return true;
  }

  private tell(type: 'ticket.created' | 'ticket.changed' | 'ticket.deleted', ticket: Ticket): void {
    const facts = { platform_id: ticket.platformId, resolved: ticket.resolved, version: ticket.version };
    this.events.record({ type, ticketId: ticket.id, ticketNumber: ticket.number, facts });
  }

  private async finishDeletion(id: string): Promise<void> {
    await this.parts.deleteAll(id);
    await this.database.transaction(() => this.tickets.remove(id));
  }

  private async visible(number: string): Promise<Ticket> {
    const ticket = await this.tickets.findVisible(number);
    if (!ticket) throw ticketErrors.notFound();
    return ticket;
  }
}

/** Where it changes nothing, nobody who has read the ticket has to read it again. */
function isChange(ticket: Ticket, { number, note, resolved, platformId }: TicketChange): boolean {
  const wanted = Object.entries({ number, note, resolved, platformId }) as [keyof TicketChange, unknown][];
  return wanted.some(([field, value]) => value !== undefined && value !== ticket[field]);
}

function allowanceOf(fields: Pick<TicketPatch, 'attempts' | 'expires_at'>): UploadAllowance {
  return {
    ...(typeof fields.attempts === 'number' ? { attempts: fields.attempts } : {}),
    ...(typeof fields.expires_at === 'string' ? { expiresAt: Date.parse(fields.expires_at) } : {}),
  };
}

function targetOf(ticket: Ticket) {
  return { kind: 'ticket', id: ticket.id, name: ticket.number };
}
