import { Injectable } from '@nestjs/common';
import { PlatformsService } from '../platforms/platforms.service.js';
import type { Ticket } from './ticket.entity.js';
import { ticketErrors } from './tickets.errors.js';
import { TicketsRepository } from './tickets.repository.js';

/** What other modules may know of a ticket. */
export interface TicketSummary {
  readonly id: string;
  readonly number: string;
  readonly platformId: string;
  readonly resolved: boolean;
  readonly isDeleting: boolean;
}

export interface PlatformNames {
  /** The slug. */
  readonly name: string;
  readonly prettyName: string;
}

/** Tickets for other modules: looked up without an access check, which is theirs to make. */
@Injectable()
export class TicketDirectory {
  constructor(
    private readonly tickets: TicketsRepository,
    private readonly platforms: PlatformsService,
  ) {}

  /** The visible ticket of this number, or 404. */
  async byNumber(number: string): Promise<TicketSummary> {
    const ticket = await this.tickets.findVisible(number);
    if (!ticket) throw ticketErrors.notFound();
    return ticket;
  }

  /** By id, tickets under deletion included. */
  async describe(ids: readonly string[]): Promise<Map<string, TicketSummary>> {
    const found: Ticket[] = ids.length === 0 ? [] : await this.tickets.findByIds([...new Set(ids)]);
    return new Map(found.map((ticket) => [ticket.id, ticket]));
  }

  /** The number of a ticket, one under deletion included; undefined once it is gone. */
  async numberOf(id: string): Promise<string | undefined> {
    return (await this.describe([id])).get(id)?.number;
  }

  /** The ticket, locked until the end of the present transaction; undefined once it is gone. */
  async lock(id: string): Promise<TicketSummary | undefined> {
    return (await this.tickets.lock(id)) ?? undefined;
  }

  /** Something has happened to the ticket that is no edit: it comes first among the latest, and keeps its version. */
  async touch(id: string, time: number): Promise<void> {
    await this.tickets.touch(id, time);
  }

  /** The pretty name of a ticket's platform. */
  async platformName(ticket: TicketSummary): Promise<string> {
    return (await this.platformOf(ticket)).prettyName;
  }

  /** Both names of a ticket's platform. */
  async platformOf(ticket: TicketSummary): Promise<PlatformNames> {
    const { name = '', prettyName = '' } =
      (await this.platforms.describe([ticket.platformId])).get(ticket.platformId) ?? {};
    return { name, prettyName };
  }
}
