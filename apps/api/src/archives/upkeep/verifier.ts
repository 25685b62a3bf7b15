import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { feedDigest } from '@logs-collector/blob-store/feed-digest';
import { Inject, Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { SYSTEM_ACTOR } from '../../audit/audit-actors.js';
import { Database } from '../../database/database.js';
import { BLOB_STORE } from '../../storage/blob-store.token.js';
import type { Archive, ArchiveState } from '../archive.entity.js';
import { ArchivesRepository } from '../archives.repository.js';
import { isInSubset, type Subset } from './subset.rules.js';

const BATCH = 100;
const EVERYTHING: Subset = { part: 1, total: 1 };

export interface Verification {
  readonly archive: Pick<Archive, 'id' | 'name' | 'sizeBytes'>;
  readonly found: ArchiveState;
}

/** Reads every archive again and compares its SHA-256 with the one it was received with. */
@Injectable()
export class Verifier {
  constructor(
    private readonly archives: ArchivesRepository,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly digests: DigestPool,
    private readonly audit: AuditService,
    private readonly database: Database,
  ) {}

  /** One result for each archive that is still there, as it becomes known; a change of its state is written down. */
  async *verifyAll(subset: Subset = EVERYTHING): AsyncGenerator<Verification> {
    for (let batch = await this.archives.findBatch('', BATCH); batch.length > 0; ) {
      for (const archive of batch) {
        if (archive.state === 'deleting' || !isInSubset(archive.id, subset)) continue;
        const found = await this.check(archive);
        if (found !== archive.state && !(await this.note(archive, found))) continue;
        yield { archive, found };
      }
      batch = await this.archives.findBatch(batch.at(-1)?.id ?? '', BATCH);
    }
  }

  private async check(archive: Archive): Promise<ArchiveState> {
    const size = await this.store.size(archive.blobKey);
    if (size === undefined) return 'missing';
    if (size !== archive.sizeBytes) return 'corrupt';
    const digest = this.digests.create('sha256');
    await feedDigest(digest, this.store.read(archive.blobKey));
    return (await digest.finish()) === archive.sha256 ? 'stored' : 'corrupt';
  }

  /** False where it has become something else meanwhile, or was deleted. */
  private async note(archive: Archive, found: ArchiveState): Promise<boolean> {
    return this.database.transaction(async () => {
      if (!(await this.archives.changeState(archive.id, archive.state, found))) return false;
      await this.audit.record({
        action: `archive.${found}`,
        actor: SYSTEM_ACTOR,
        target: { kind: 'archive', id: archive.id, name: archive.name },
      });
      return true;
    });
  }
}
