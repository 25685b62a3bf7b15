import type { Database } from '../../database/database.js';
import { PlatformsRepository } from '../../platforms/platforms.repository.js';
import { Ticket } from '../../tickets/ticket.entity.js';
import { numberKey, searchTextOf } from '../../tickets/ticket.rules.js';
import type { TokenIssuer } from '../../tokens/token-issuer.js';
import { type FormerTicket, parseTicket, type RawRow } from './former-rows.js';
import type { ImportContext } from './import-context.js';
import { inherited, type Reason, type Resolved } from './import-report.js';
import { importedId } from './imported-id.js';
import { attemptsOf, numberOf } from './mapping.rules.js';
import type { PlatformImporter } from './platform-importer.js';
import type { UserImporter } from './user-importer.js';

/** What became of a ticket and of its token. */
interface Outcome {
  readonly ticketId: string;
  readonly isNew: boolean;
  readonly isTokenNew: boolean;
}

/** Tickets by what they were imported as, else by number, each with its token; those that are here already stay as they are. */
export class TicketImporter {
  private readonly database: Database;
  private readonly platformRows: PlatformsRepository;
  private readonly resolved = new Map<number, Resolved>();

  constructor(
    private readonly context: ImportContext,
    private readonly users: UserImporter,
    private readonly platforms: PlatformImporter,
    private readonly tokens: TokenIssuer,
  ) {
    this.database = context.access.database;
    this.platformRows = new PlatformsRepository(this.database);
  }

  async importAll(rows: AsyncIterable<RawRow>): Promise<void> {
    const { report } = this.context;
    for await (const row of rows) {
      const former = parseTicket(row);
      const outcome = former ? await this.import(former) : 'unreadable_row';
      if (typeof outcome === 'string') {
        const reason = inherited(outcome, 'ticket_left_out');
        report.leaveOut('tickets', row.id, String(row.number), outcome);
        report.leaveOut('tokens', row.id, String(row.number), reason);
        if (former) this.resolved.set(former.number, { reason });
        continue;
      }
      if (former) this.resolved.set(former.number, { id: outcome.ticketId });
      report[outcome.isNew ? 'imported' : 'kept']('tickets');
      report[outcome.isTokenNew ? 'imported' : 'kept']('tokens');
    }
  }

  /** In a dry run there may be no such ticket yet. */
  resolve(formerNumber: number): Resolved {
    return this.resolved.get(formerNumber) ?? { reason: 'ticket_left_out' };
  }

  private async import(former: FormerTicket): Promise<Outcome | Reason> {
    const number = numberOf(former);
    if (number === undefined) return 'number_invalid';
    const platform = this.platforms.resolve(former.platformName);
    if ('reason' in platform) return inherited(platform.reason, 'platform_left_out');
    if (this.context.isDry) return this.look(former, number);
    return this.database.transaction(async () => {
      const seen = await this.look(former, number);
      if (typeof seen === 'string') return seen;
      if (seen.isNew) {
        if (!(await this.platformRows.holdVisible(platform.id))) return 'platform_left_out';
        await this.insert(seen.ticketId, number, platform.id, former);
      }
      if (seen.isTokenNew) {
        const { TOKEN_LIFETIME_MAX } = this.context.access.settings;
        const expiresAt = this.context.access.clock.now() + TOKEN_LIFETIME_MAX;
        await this.tokens.adopt(seen.ticketId, former.token, { attempts: attemptsOf(former), expiresAt });
      }
      return seen;
    });
  }

  /** What is to be done; inside the transaction that does it. */
  private async look(former: FormerTicket, number: string): Promise<Outcome | Reason> {
    const id = importedId('ticket', former.timeCreate, [former.number]);
    const tickets = this.database.repository(Ticket);
    const found = (await tickets.findOneBy({ id })) ?? (await tickets.findOneBy({ number }));
    if (found?.isDeleting || (!found && (await this.context.wasImported('ticket', id)))) return 'deleted_here';
    const isTokenNew = (await this.tokens.find(former.token)) === null;
    return { ticketId: found?.id ?? id, isNew: !found, isTokenNew };
  }

  private async insert(id: string, number: string, platformId: string, former: FormerTicket): Promise<void> {
    const { resolved, note, timeCreate, timeUpdate } = former;
    const { userId, username } = this.users.creatorOf(former.userId);
    await this.database.repository(Ticket).insert({
      ...{ id, number, numberKey: numberKey(number), platformId, userId, username, resolved, note },
      ...{ searchText: searchTextOf(number, note), version: 1, timeCreate, timeUpdate, isDeleting: false },
    });
    await this.context.record('ticket', { id, name: number });
  }
}
