import { Injectable } from '@nestjs/common';
import { AuditHistory } from '../../audit/audit-history.service.js';
import { AccessControl } from '../../common/access/access-control.js';
import type { Principal } from '../../common/access/principal.js';
import { Clock } from '../../common/clock.js';
import { TicketDirectory } from '../../tickets/ticket-directory.js';
import { TokenDirectory } from '../../tokens/token-directory.js';
import { UploadsRepository } from '../intake/uploads.repository.js';
import type { TimelineEntryView } from './timeline.dto.js';
import { timelineOf } from './timeline.rules.js';

/** As many as anybody reads; the whole trail is in the audit. */
const MOST = 500;

/** How a case went, gathered from the audit trail and the uploads under way. */
@Injectable()
export class TicketTimeline {
  constructor(
    private readonly access: AccessControl,
    private readonly tickets: TicketDirectory,
    private readonly tokens: TokenDirectory,
    private readonly uploads: UploadsRepository,
    private readonly history: AuditHistory,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async of(principal: Principal, number: string): Promise<TimelineEntryView[]> {
    this.access.require(principal, 'ticket.read');
    const ticket = await this.tickets.byNumber(number);
    const labels = await this.tokens.labelsOfTicket(ticket.id);
    const tokenIds = [...labels.keys()];
    const [ofTicket, ofTokens, byCustomers, underWay] = await Promise.all([
      this.history.of('ticket', [ticket.id], MOST),
      this.history.of('token', tokenIds, MOST),
      this.history.by(tokenIds, MOST),
      this.uploads.findUnderWay(ticket.id),
    ]);
    // Of deleted archives only the trail still knows, so the trail is asked which there were.
    const archiveIds = byCustomers.filter(({ action }) => action === 'archive.received').map(({ target }) => target.id);
    const ofArchives = await this.history.of('archive', archiveIds, MOST);
    const events = [...ofTicket, ...ofTokens, ...byCustomers, ...ofArchives];
    return timelineOf(events, underWay, labels, this.clock.now()).slice(0, MOST);
  }
}
