import { Inject, Injectable } from '@nestjs/common';
import type { StaffPrincipal } from '../common/access/principal.js';
import { helpDeskUrlOf } from '../config/help-desk-url.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { PlatformsService } from '../platforms/platforms.service.js';
import type { Ticket } from './ticket.entity.js';
import { TicketParts } from './ticket-parts.js';
import type { TicketView } from './tickets.dto.js';
import { ticketErrors } from './tickets.errors.js';

/** How tickets look from outside, with what other modules add; a few queries for a whole page. */
@Injectable()
export class TicketViews {
  constructor(
    private readonly platforms: PlatformsService,
    private readonly parts: TicketParts,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'HELP_DESK_URL'>,
  ) {}

  async of(tickets: readonly Ticket[], staff: StaffPrincipal): Promise<TicketView[]> {
    const { HELP_DESK_URL: helpDesk } = this.settings;
    const platforms = await this.platforms.describe([...new Set(tickets.map((ticket) => ticket.platformId))]);
    const added = await this.parts.viewOf(
      tickets.map((ticket) => ticket.id),
      staff,
    );
    return tickets.map((ticket) => ({
      id: ticket.id,
      number: ticket.number,
      platform: platforms.get(ticket.platformId)?.name ?? '',
      resolved: ticket.resolved,
      note: ticket.note,
      user: ticket.username,
      token: null,
      attempts: null,
      expires_at: null,
      time_create: new Date(ticket.timeCreate).toISOString(),
      time_update: new Date(ticket.timeUpdate).toISOString(),
      archives_count: 0,
      archives_bytes: 0,
      version: ticket.version,
      help_desk_url: helpDesk === undefined ? null : helpDeskUrlOf(helpDesk, ticket.number),
      ...added.get(ticket.id),
    }));
  }

  async ofOne(ticket: Ticket, staff: StaffPrincipal): Promise<TicketView> {
    const [view] = await this.of([ticket], staff);
    if (!view) throw ticketErrors.notFound();
    return view;
  }
}
