import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { SYSTEM_ACTOR } from '../../audit/audit-actors.js';
import { Clock } from '../../common/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import { BLOB_STORE } from '../../storage/blob-store.token.js';
import type { Archive, ArchiveState } from '../archive.entity.js';
import { ArchivesRepository } from '../archives.repository.js';
import { UploadsRepository } from '../intake/uploads.repository.js';
import { isMassMismatch } from './reconciler.rules.js';

const DAY_MS = 24 * 60 * 60_000;
/** A blob younger than this may belong to an upload that is just being finished. */
const ORPHAN_AGE_MS = DAY_MS;
const QUARANTINE_DAYS = 7;
const BATCH = 500;

export interface Reconciliation {
  readonly quarantined: number;
  /** Too many blobs had no row; nothing was moved. */
  readonly isRefused: boolean;
  readonly missing: number;
}

/** Holds the store against the database. What it does not understand it moves aside or reports; it never deletes a blob. */
@Injectable()
export class Reconciler {
  private readonly logger = new Logger('upkeep');

  constructor(
    private readonly archives: ArchivesRepository,
    private readonly uploads: UploadsRepository,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'UPLOAD_TTL'>,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async reconcile(): Promise<Reconciliation> {
    const missing = await this.checkRows();
    const { orphans, blobs } = await this.findOrphans();
    const isRefused = isMassMismatch(orphans.length, blobs, await this.archives.count());
    if (isRefused) {
      this.logger.error({
        msg: 'too many blobs have no row; nothing is moved. Is this the right database and volume?',
        orphans: orphans.length,
        blobs,
      });
      return { quarantined: 0, isRefused, missing };
    }
    for (const key of orphans) await this.setAside(key);
    await this.dropOldPartials();
    await this.store.purgeQuarantine(this.clock.now() - QUARANTINE_DAYS * DAY_MS);
    await this.store.sweep(this.clock.now() - Math.max(this.settings.UPLOAD_TTL, ORPHAN_AGE_MS));
    return { quarantined: orphans.length, isRefused, missing };
  }

  /** Rows without bytes are marked, and unmarked when the bytes are back. */
  private async checkRows(): Promise<number> {
    let missing = 0;
    for (let batch = await this.archives.findBatch('', BATCH); batch.length > 0; ) {
      for (const archive of batch) {
        if (archive.state !== 'stored' && archive.state !== 'missing') continue;
        const found: ArchiveState =
          (await this.store.size(archive.blobKey)) === archive.sizeBytes ? 'stored' : 'missing';
        if (found !== archive.state && !(await this.note(archive, found))) continue;
        if (found === 'missing') missing += 1;
      }
      batch = await this.archives.findBatch(batch.at(-1)?.id ?? '', BATCH);
    }
    return missing;
  }

  /** False where it has become something else meanwhile, or was deleted. */
  private async note({ id, name, state: from }: Archive, state: ArchiveState): Promise<boolean> {
    const isNoted = await this.database.transaction(async () => {
      if (!(await this.archives.changeState(id, from, state))) return false;
      await this.audit.record({
        action: `archive.${state}`,
        actor: SYSTEM_ACTOR,
        target: { kind: 'archive', id, name },
      });
      return true;
    });
    if (isNoted && state === 'missing') this.logger.error({ msg: 'an archive has lost its bytes', archive: id });
    if (isNoted && state !== 'missing') this.logger.warn({ msg: 'the bytes of an archive are back', archive: id });
    return isNoted;
  }

  private async findOrphans(): Promise<{ orphans: string[]; blobs: number }> {
    const oldest = this.clock.now() - ORPHAN_AGE_MS;
    const orphans: string[] = [];
    let blobs = 0;
    let batch: string[] = [];
    const sift = async (): Promise<void> => {
      // An upload that waits in `finishing` for a store that failed has a blob and no row yet. Asked before the rows: one
      // that leaves this state in between has a row by then.
      const finishing = new Set((await this.uploads.findInState('finishing')).map((upload) => upload.blobKey));
      const known = await this.archives.existingBlobKeys(batch);
      orphans.push(...batch.filter((key) => !finishing.has(key) && !known.has(key)));
      batch = [];
    };
    for await (const blob of this.store.list()) {
      blobs += 1;
      if (blob.modifiedAt > oldest) continue;
      batch.push(blob.key);
      if (batch.length >= BATCH) await sift();
    }
    await sift();
    return { orphans, blobs };
  }

  private async setAside(key: string): Promise<void> {
    this.logger.warn({ msg: 'a blob without a row was moved to the quarantine', key });
    await this.store.quarantine(key);
    await this.database.transaction(() =>
      this.audit.record({ action: 'blob.quarantined', actor: SYSTEM_ACTOR, target: { kind: 'blob', id: key } }),
    );
  }

  /** Bytes of uploads that no row speaks of; nobody can continue them. */
  private async dropOldPartials(): Promise<void> {
    const oldest = this.clock.now() - Math.max(this.settings.UPLOAD_TTL, ORPHAN_AGE_MS);
    for await (const { key, changedAt } of this.store.listPartials()) {
      if (await this.uploads.find(key)) continue;
      const at = await changedAt();
      if (at !== undefined && at <= oldest) await this.store.abort(key);
    }
  }
}
