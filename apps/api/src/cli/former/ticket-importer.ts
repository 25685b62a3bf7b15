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

/** Tickets of one transaction: few enough that a server beside us waits for a moment only. */
const BATCH = 50;

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
    let batch: RawRow[] = [];
    for await (const row of rows) {
      batch.push(row);
      if (batch.length < BATCH) continue;
      await this.importBatch(batch);
      batch = [];
    }
    await this.importBatch(batch);
  }

  /** In a dry run there may be no such ticket yet. */
  resolve(formerNumber: number): Resolved {
    return this.resolved.get(formerNumber) ?? { reason: 'ticket_left_out' };
  }

  private async importBatch(rows: readonly RawRow[]): Promise<void> {
    const formers = rows.map(parseTicket);
    const work = async (): Promise<(Outcome | Reason)[]> => {
      const outcomes: (Outcome | Reason)[] = [];
      for (const former of formers) outcomes.push(former ? await this.import(former) : 'unreadable_row');
      return outcomes;
    };
    const outcomes = await (this.context.isDry ? work() : this.database.transaction(work));
    for (const [index, outcome] of outcomes.entries()) this.tell(rows[index] ?? {}, formers[index], outcome);
  }

  private tell(row: RawRow, former: FormerTicket | undefined, outcome: Outcome | Reason): void {
    const { report } = this.context;
    if (typeof outcome === 'string') {
      const reason = inherited(outcome, 'ticket_left_out');
      report.leaveOut('tickets', row.id, String(row.number), outcome);
      report.leaveOut('tokens', row.id, String(row.number), reason);
      if (former) this.resolved.set(former.number, { reason });
      return;
    }
    if (former) this.resolved.set(former.number, { id: outcome.ticketId });
    report[outcome.isNew ? 'imported' : 'kept']('tickets');
    report[outcome.isTokenNew ? 'imported' : 'kept']('tokens');
  }

  private async import(former: FormerTicket): Promise<Outcome | Reason> {
    const number = numberOf(former);
    if (number === undefined) return 'number_invalid';
    const platform = this.platforms.resolve(former.platformName);
    if ('reason' in platform) return inherited(platform.reason, 'platform_left_out');
    const outcome = await this.look(former, number);
    if (typeof outcome === 'string' || this.context.isDry) return outcome;
    if (outcome.isNew) {
      if (!(await this.platformRows.holdVisible(platform.id))) return 'deleted_here';
      await this.insert(outcome.ticketId, number, platform.id, former);
    }
    if (outcome.isTokenNew) {
      const { settings, clock } = this.context.access;
      const expiresAt = clock.now() + settings.TOKEN_LIFETIME_MAX;
      await this.tokens.adopt(outcome.ticketId, former.token, { attempts: attemptsOf(former), expiresAt });
    }
    return outcome;
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
