import { basename } from 'node:path';
import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { Archive } from '../../archives/archive.entity.js';
import { cleanFileName } from '../../archives/intake/file-name.js';
import { parseSidecar, sidecarOf } from '../../archives/intake/sidecar.js';
import type { Database } from '../../database/database.js';
import { Platform } from '../../platforms/platform.entity.js';
import { Ticket } from '../../tickets/ticket.entity.js';
import { TicketsRepository } from '../../tickets/tickets.repository.js';
import type { ArchiveCopier } from './archive-copier.js';
import type { FormerArchives } from './former-archives.js';
import type { FormerArchive } from './former-rows.js';
import type { ImportContext } from './import-context.js';
import type { Reason } from './import-report.js';
import { importedId } from './imported-id.js';

const UNKNOWN_TYPE = 'application/octet-stream';

/** `kept`: it was there already. */
export type ArchiveOutcome = 'imported' | 'kept' | Reason;

/** Archives with their bytes: first the blob, then its row, so that a kill in between leaves a blob that the next run finds. */
export class ArchiveImporter {
  private readonly database: Database;

  constructor(
    private readonly context: ImportContext,
    private readonly files: FormerArchives,
    private readonly store: BlobStore,
    private readonly copier: ArchiveCopier,
  ) {
    this.database = context.access.database;
  }

  /** What would have to be done for it, without its bytes being read. */
  async look(former: FormerArchive): Promise<ArchiveOutcome> {
    const id = idOf(former);
    const known = await this.database.repository(Archive).findOneBy({ id });
    if (known) return known.state === 'deleting' ? 'deleted_here' : 'kept';
    if (await this.context.wasImported('archive', id)) return 'deleted_here';
    const found = await this.files.find(former);
    return 'reason' in found ? found.reason : 'imported';
  }

  async import(former: FormerArchive, ticketId: string): Promise<ArchiveOutcome> {
    const looked = await this.look(former);
    if (looked !== 'imported') return looked;
    const archive = await this.newArchive(former, ticketId);
    if (typeof archive === 'string') return archive;
    const isThere = await this.database.transaction(() => this.insert(archive));
    if (isThere) return 'imported';
    // It or its ticket was deleted meanwhile, and nobody else knows of the blob.
    await this.store.delete(archive.id);
    return 'deleted_here';
  }

  private async newArchive(former: FormerArchive, ticketId: string): Promise<Archive | Reason> {
    const { sizeBytes, timeCreate } = former;
    const id = idOf(former);
    const facts = {
      ...{ id, blobKey: id, ticketId, tokenId: null, name: nameOf(former), sizeBytes, timeCreate },
      // The former application kept neither.
      ...{ mediaType: UNKNOWN_TYPE, uploadedFrom: '', isCapture: false, state: 'stored' as const },
    };
    const earlier = await this.blobOf(id, sizeBytes);
    if (earlier !== undefined) return { ...facts, sha256: earlier };
    const found = await this.files.find(former);
    if ('reason' in found) return found.reason;
    const copied = await this.copier.copy(found.path, former);
    if ('reason' in copied) return copied.reason;
    const archive = { ...facts, sha256: copied.sha256 };
    const names = await this.namesOf(ticketId);
    if (names) await this.store.commit(copied.partial, id, sidecarOf({ archive, ...names }), sizeBytes);
    else await this.store.abort(copied.partial);
    return names ? archive : 'deleted_here';
  }

  /** The digest of a blob that a run has made which was killed before it made the row. */
  private async blobOf(id: string, sizeBytes: number): Promise<string | undefined> {
    if ((await this.store.size(id)) !== sizeBytes) return undefined;
    return parseSidecar((await this.store.readSidecar(id)) ?? '', id)?.sha256;
  }

  private async namesOf(ticketId: string) {
    const ticket = await this.database.repository(Ticket).findOneBy({ id: ticketId, isDeleting: false });
    const platform = ticket && (await this.database.repository(Platform).findOneBy({ id: ticket.platformId }));
    return ticket && platform ? { ticketNumber: ticket.number, platform } : undefined;
  }

  /** False where it was deleted, or its ticket. */
  private async insert(archive: Archive): Promise<boolean> {
    const ticket = await new TicketsRepository(this.database).lock(archive.ticketId);
    if (!ticket || ticket.isDeleting) return false;
    const archives = this.database.repository(Archive);
    if (await archives.existsBy({ id: archive.id })) return true;
    if (await this.context.wasImported('archive', archive.id)) return false;
    await archives.insert(archive);
    const { id, name, sizeBytes: size, sha256 } = archive;
    await this.context.record('archive', { id, name }, { ticket: archive.ticketId, size, sha256 });
    return true;
  }
}

function idOf({ id, ticketNumber, file, timeCreate }: FormerArchive): string {
  return importedId('archive', timeCreate, [id, ticketNumber, file]);
}

function nameOf({ id, file }: FormerArchive): string {
  return cleanFileName(basename(file)) ?? `archive-${id}`;
}
