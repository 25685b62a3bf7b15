import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { Archive } from '../archives/archive.entity.js';
import { ArchivesRepository } from '../archives/archives.repository.js';
import { parseSidecar, type SidecarDocument } from '../archives/intake/sidecar.js';
import { Upload } from '../archives/intake/upload.entity.js';
import type { Clock } from '../common/clock.js';
import type { Ids } from '../common/ids.js';
import type { Database } from '../database/database.js';
import { Platform } from '../platforms/platform.entity.js';
import { Ticket } from '../tickets/ticket.entity.js';
import { numberKey, searchTextOf } from '../tickets/ticket.rules.js';

const BATCH = 200;
/** In the place of whoever created a ticket: nobody knows any more. */
const UNKNOWN_USER = 'rebuild-index';

export interface RebuildCounts {
  /** Blobs that were looked at. */
  blobs: number;
  archives: number;
  tickets: number;
  platforms: number;
  unreadable: number;
  damaged: number;
}

export interface RebuildProgress {
  readonly onUnreadable: (key: string) => void;
  readonly onDamaged: (key: string) => void;
}

/** Makes rows for the blobs that have none, from the documents beside them. What has a row already stays as it is. */
export class IndexRebuilder {
  readonly counts: RebuildCounts = { blobs: 0, archives: 0, tickets: 0, platforms: 0, unreadable: 0, damaged: 0 };
  /** Counted once, also in a dry run, which makes no rows that could be found again. */
  private readonly seen = new Set<string>();

  constructor(
    /** Absent where there is none yet, in a dry run. */
    private readonly database: Database | undefined,
    private readonly store: BlobStore,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly isDry: boolean,
  ) {}

  async rebuild(progress: RebuildProgress): Promise<RebuildCounts> {
    let batch: Map<string, number> = new Map();
    for await (const { key, sizeBytes } of this.store.list()) {
      batch.set(key, sizeBytes);
      this.counts.blobs += 1;
      if (batch.size < BATCH) continue;
      await this.rebuildBatch(batch, progress);
      batch = new Map();
    }
    await this.rebuildBatch(batch, progress);
    return this.counts;
  }

  private async rebuildBatch(batch: ReadonlyMap<string, number>, progress: RebuildProgress): Promise<void> {
    const keys = [...batch.keys()];
    const known = this.database ? await new ArchivesRepository(this.database).existingBlobKeys(keys) : new Set();
    for (const key of keys.filter((candidate) => !known.has(candidate))) {
      const sidecar = parseSidecar((await this.store.readSidecar(key)) ?? '', key);
      // Deleted since the list was made.
      if ((await this.store.size(key)) === undefined) continue;
      if (!sidecar) {
        this.counts.unreadable += 1;
        progress.onUnreadable(key);
        continue;
      }
      const isWhole = batch.get(key) === sidecar.sizeBytes;
      if (!isWhole) {
        this.counts.damaged += 1;
        progress.onDamaged(key);
      }
      await this.make(sidecar, isWhole ? 'stored' : 'corrupt');
    }
  }

  private async make(sidecar: SidecarDocument, state: Archive['state']): Promise<void> {
    const { database } = this;
    if (!database) return this.count(sidecar, false, false);
    await database.transaction(async () => {
      // The server is just making this row itself, unless somebody else was faster already.
      const isFinishing = await database.repository(Upload).existsBy({ blobKey: sidecar.id, state: 'finishing' });
      if (isFinishing || (await database.repository(Archive).existsBy({ id: sidecar.id }))) return;
      const ticket = await database.repository(Ticket).findOneBy({ number: sidecar.ticketNumber });
      const platform = ticket ? null : await this.findPlatform(database, sidecar);
      // Its bytes go with what is being deleted.
      if (ticket?.isDeleting || platform?.isDeleting) return;
      const hasPlatform = ticket !== null || platform !== null;
      if (this.isDry) return this.count(sidecar, hasPlatform, ticket !== null);
      const ticketId = ticket?.id ?? (await this.makeTicket(database, sidecar, platform));
      const { id, name, sizeBytes, sha256, mediaType, uploadedFrom, isCapture, timeCreate } = sidecar;
      const file = { name, sizeBytes, sha256, mediaType, uploadedFrom, isCapture, timeCreate };
      await database.repository(Archive).insert({ ...file, id, blobKey: id, ticketId, tokenId: null, state });
      database.afterCommit(() => this.count(sidecar, hasPlatform, ticket !== null));
    });
  }

  private count({ platform, ticketNumber }: SidecarDocument, hasPlatform: boolean, hasTicket: boolean): void {
    this.counts.archives += 1;
    if (!hasPlatform && this.isNew(`platform ${platform.name}`)) this.counts.platforms += 1;
    if (!hasTicket && this.isNew(`ticket ${ticketNumber}`)) this.counts.tickets += 1;
  }

  private isNew(name: string): boolean {
    if (this.seen.has(name)) return false;
    this.seen.add(name);
    return true;
  }

  private async makePlatform(database: Database, { platform: names }: SidecarDocument): Promise<string> {
    const id = this.ids.next();
    const platform = { ...names, id, version: 1, timeCreate: this.clock.now(), isDeleting: false };
    await database.repository(Platform).insert(platform);
    return id;
  }

  private async findPlatform(database: Database, { platform }: SidecarDocument): Promise<Platform | null> {
    const platforms = database.repository(Platform);
    const { name, prettyName } = platform;
    return (await platforms.findOneBy({ name })) ?? (await platforms.findOneBy({ prettyName }));
  }

  private async makeTicket(database: Database, sidecar: SidecarDocument, platform: Platform | null): Promise<string> {
    const { ticketNumber: number, timeCreate } = sidecar;
    const platformId = platform?.id ?? (await this.makePlatform(database, sidecar));
    const id = this.ids.next();
    await database.repository(Ticket).insert({
      ...{ id, number, numberKey: numberKey(number), platformId, userId: null, username: UNKNOWN_USER },
      ...{ resolved: false, note: '', searchText: searchTextOf(number, ''), version: 1, isDeleting: false },
      ...{ timeCreate, timeUpdate: timeCreate },
    });
    return id;
  }
}
