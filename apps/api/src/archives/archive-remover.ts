import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { Inject, Injectable } from '@nestjs/common';
import { eachInTurn } from '../common/each-in-turn.js';
import { Database } from '../database/database.js';
import { BLOB_STORE } from '../storage/blob-store.token.js';
import { ArchivesRepository } from './archives.repository.js';
import { DerivedData } from './derived-data.js';
import { UploadsRepository } from './intake/uploads.repository.js';

/** Second phase of deleting an archive: derived data, blob with its sidecar, then the rows. Idempotent at every step. */
@Injectable()
export class ArchiveRemover {
  constructor(
    private readonly archives: ArchivesRepository,
    private readonly uploads: UploadsRepository,
    private readonly derived: DerivedData,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly database: Database,
  ) {}

  /** The archive has to be in the state `deleting`; its id is also the key of its blob. */
  async remove(id: string): Promise<void> {
    await this.derived.drop(id);
    await this.store.delete(id);
    await this.database.transaction(async () => {
      await this.uploads.removeOfArchive(id);
      await this.archives.remove(id);
    });
  }

  async removeAllOfTicket(ticketId: string): Promise<void> {
    for (const archive of await this.archives.findOfTicket(ticketId)) await this.remove(archive.id);
  }

  /** Takes up what a crash or a failing store interrupted. */
  async removeAllMarked(): Promise<void> {
    await eachInTurn(await this.archives.findInState('deleting'), ({ id }) => this.remove(id));
  }
}
