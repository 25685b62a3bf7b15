import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { BLOB_STORE } from '../../storage/blob-store.token.js';
import { ActiveWriters } from './active-writers.js';
import { LiveDigests } from './live-digests.js';
import type { Upload } from './upload.entity.js';
import { UploadsRepository } from './uploads.repository.js';

/** Removes uploads with their bytes: hidden first, then the bytes, then the row. Idempotent at every step. */
@Injectable()
export class UploadDiscarder {
  constructor(
    private readonly uploads: UploadsRepository,
    private readonly writers: ActiveWriters,
    private readonly live: LiveDigests,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly database: Database,
  ) {}

  /** Ends an upload that is still receiving; one that is further is left alone. */
  async discard(uploadId: string): Promise<void> {
    const isMarked = await this.database.transaction(() =>
      this.uploads.updateInState(uploadId, 'receiving', { state: 'deleting' }),
    );
    const upload = isMarked ? await this.uploads.find(uploadId) : null;
    if (upload) await this.removeMarked(upload);
  }

  /** Second phase for an upload in the state `deleting`. Its blob may exist already, if it was about to be finished. */
  async removeMarked(upload: Upload): Promise<void> {
    await this.writers.stop(upload.id, 'deleted');
    this.live.forget(upload.id);
    await this.store.abort(upload.id);
    if (upload.blobKey !== null && upload.archiveId === null) await this.store.delete(upload.blobKey);
    await this.database.transaction(() => this.uploads.remove(upload.id));
  }

  /** Everything of a ticket whose uploads were marked before. */
  async removeAllOfTicket(ticketId: string): Promise<void> {
    for (const upload of await this.uploads.findOfTicket(ticketId)) await this.removeMarked(upload);
  }

  /** Takes up what a crash interrupted. */
  async removeAllMarked(): Promise<void> {
    for (const upload of await this.uploads.findInState('deleting')) await this.removeMarked(upload);
  }

  /** Throws away unfinished uploads whose time is over, and forgets finished ones. */
  async removeExpired(now: number): Promise<number> {
    const expired = (await this.uploads.findExpired(now)).filter((upload) => !this.writers.isWriting(upload.id));
    for (const upload of expired) {
      if (upload.state === 'done') await this.database.transaction(() => this.uploads.remove(upload.id));
      else await this.discard(upload.id);
    }
    return expired.length;
  }
}
