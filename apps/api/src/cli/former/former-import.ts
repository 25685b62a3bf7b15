import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import type { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { inParallel } from '../../backup/in-parallel.js';
import { CommandError } from '../command.js';
import { tokenIssuer } from '../sealed-value-parts.js';
import { ArchiveCopier } from './archive-copier.js';
import { ArchiveImporter } from './archive-importer.js';
import type { FormerArchives } from './former-archives.js';
import type { FormerDatabase } from './former-database.js';
import { type FormerArchive, parseArchive } from './former-rows.js';
import type { ImportContext } from './import-context.js';
import { PlatformImporter } from './platform-importer.js';
import { TicketImporter } from './ticket-importer.js';
import { UserImporter } from './user-importer.js';

const PARALLEL_COPIES = 4;

export interface FormerSource {
  readonly database: FormerDatabase;
  readonly archives: FormerArchives;
}

/** Where bytes go and how they are hashed. */
export interface ImportTarget {
  readonly store: BlobStore;
  readonly digests: DigestPool;
}

/** The whole import, in the order in which one thing refers to another. Each step may be repeated. */
export class FormerImport {
  private readonly users: UserImporter;
  private readonly tickets: TicketImporter;
  private readonly platforms: PlatformImporter;
  private readonly archives: ArchiveImporter;
  private readonly copier: ArchiveCopier;

  constructor(
    private readonly context: ImportContext,
    private readonly source: FormerSource,
    private readonly target: ImportTarget,
  ) {
    this.users = new UserImporter(context);
    this.platforms = new PlatformImporter(context);
    this.tickets = new TicketImporter(context, this.users, this.platforms, tokenIssuer(context.access));
    this.copier = new ArchiveCopier(target.store, target.digests, context.access.ids);
    this.archives = new ArchiveImporter(context, source.archives, target.store, this.copier);
  }

  async run(onArchive: (sizeBytes: number) => void): Promise<void> {
    await this.examine();
    const { database } = this.source;
    await this.users.importAll(database.rows('account_user'));
    await this.platforms.importAll(database.rows('collector_platform'));
    await this.tickets.importAll(database.rows('collector_ticket'));
    if (!this.context.isDry) await this.copier.sweep(this.context.access.clock.now());
    await inParallel(PARALLEL_COPIES, database.rows('collector_archive'), async (row) => {
      const former = parseArchive(row);
      if (former) await this.importArchive(former, onArchive);
      else this.context.report.leaveOut('archives', row.id, String(row.file), 'unreadable_row');
    });
  }

  inviteAll(): Promise<void> {
    return this.users.inviteAll();
  }

  /** Refuses, before anything is written, a folder that is not this database's, and bytes that have no room. */
  private async examine(): Promise<void> {
    let [named, found, neededBytes] = [0, 0, 0];
    for await (const row of this.source.database.rows('collector_archive')) {
      const former = parseArchive(row);
      if (!former) continue;
      named += 1;
      const outcome = await this.archives.look(former);
      if (outcome !== 'file_missing') found += 1;
      if (outcome === 'imported') neededBytes += former.sizeBytes;
    }
    if (named > 0 && found === 0) {
      throw new CommandError(
        `None of the ${named} archives that the database names is in the archives folder. Is it the right one? Nothing was touched.`,
      );
    }
    const space = await this.target.store.space();
    const usableBytes = (space?.freeBytes ?? Number.POSITIVE_INFINITY) - this.context.access.settings.MIN_FREE_BYTES;
    if (neededBytes > usableBytes) {
      throw new CommandError(
        `The archives to be imported take ${neededBytes} bytes, and ${Math.max(usableBytes, 0)} are free beyond MIN_FREE_BYTES. Nothing was touched.`,
      );
    }
  }

  private async importArchive(former: FormerArchive, onArchive: (sizeBytes: number) => void): Promise<void> {
    const { report, isDry } = this.context;
    const ticket = this.tickets.resolve(former.ticketNumber);
    const outcome =
      'reason' in ticket
        ? ticket.reason
        : await (isDry ? this.archives.look(former) : this.archives.import(former, ticket.id));
    if (outcome === 'kept') report.kept('archives');
    else if (outcome !== 'imported') report.leaveOut('archives', former.id, former.file, outcome);
    else {
      report.imported('archives');
      report.archiveBytes += former.sizeBytes;
      onArchive(former.sizeBytes);
    }
  }
}
