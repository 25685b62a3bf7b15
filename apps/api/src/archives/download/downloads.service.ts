import type { Readable } from 'node:stream';
import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { Inject, Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { staffActor } from '../../audit/audit-actors.js';
import { AccessControl } from '../../common/access/access-control.js';
import type { Principal } from '../../common/access/principal.js';
import { Database } from '../../database/database.js';
import { BLOB_STORE } from '../../storage/blob-store.token.js';
import { TicketDirectory } from '../../tickets/ticket-directory.js';
import type { Archive } from '../archive.entity.js';
import { archiveErrors } from '../archives.errors.js';
import { ArchivesRepository } from '../archives.repository.js';
import type { Slice } from './byte-range.js';

/** An archive that this principal may download. */
export interface Downloadable {
  readonly id: string;
  readonly name: string;
  readonly ticketId: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly blobKey: string;
}

/** Who may have which bytes. Asked on every request for bytes, HEAD included. */
@Injectable()
export class DownloadsService {
  constructor(
    private readonly access: AccessControl,
    private readonly archives: ArchivesRepository,
    private readonly tickets: TicketDirectory,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly audit: AuditService,
    private readonly database: Database,
  ) {}

  async byId(principal: Principal, id: string, acceptDamaged: boolean): Promise<Downloadable> {
    this.access.require(principal, 'archive.download');
    return this.checked(await this.archives.findVisible(id), acceptDamaged);
  }

  /** The newest archive of that name, for the original's addresses. */
  async byName(principal: Principal, ticketNumber: string, name: string): Promise<Downloadable> {
    this.access.require(principal, 'archive.download');
    const ticket = await this.tickets.byNumber(ticketNumber);
    return this.checked(await this.archives.findNewestByName(ticket.id, name), false);
  }

  /** The bytes, recorded in the audit trail before the first of them leaves. */
  async open(principal: Principal, archive: Downloadable, slice: Slice): Promise<Readable> {
    const staff = this.access.require(principal, 'archive.download');
    await this.database.transaction(async () =>
      this.audit.record({
        action: 'archive.downloaded',
        actor: staffActor(staff),
        target: { kind: 'archive', id: archive.id, name: archive.name },
        details: {
          ticket: archive.ticketId,
          ticket_number: await this.tickets.numberOf(archive.ticketId),
          from: slice.start,
          to: slice.end,
          of: archive.sizeBytes,
        },
      }),
    );
    return this.store.read(archive.blobKey, slice);
  }

  private async checked(archive: Archive | null, acceptDamaged: boolean): Promise<Downloadable> {
    if (!archive) throw archiveErrors.notFound();
    if (archive.state === 'missing' || (await this.store.size(archive.blobKey)) === undefined)
      throw archiveErrors.bytesMissing();
    if (archive.state === 'corrupt' && !acceptDamaged) throw archiveErrors.corrupt();
    return archive;
  }
}
