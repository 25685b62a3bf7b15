import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { eachInTurn } from '../../common/each-in-turn.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import { BLOB_STORE } from '../../storage/blob-store.token.js';
import { ActiveWriters } from './active-writers.js';
import { IntakeMetrics } from './intake-metrics.js';
import { LiveDigests } from './live-digests.js';
import { RunningFinishes } from './running-finishes.js';
import { CONTINUABLE_DOORS, type Upload } from './upload.entity.js';
import { UploadsRepository } from './uploads.repository.js';

/** No row is written for so long beyond the idle time only where nobody is sending any more. */
const DEAD_AFTER_MS = 5 * 60_000;
/** A client that repeats its request after so long does not mean to go on with the first. */
const REPEAT_AFTER_MS = 10_000;
const BATCH = 500;

/** Removes uploads with their bytes: hidden first, then the bytes, then the row. Idempotent at every step. */
@Injectable()
export class UploadDiscarder {
  private readonly startedAt: number;

  constructor(
    private readonly uploads: UploadsRepository,
    private readonly writers: ActiveWriters,
    private readonly live: LiveDigests,
    private readonly finishes: RunningFinishes,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'REQUEST_IDLE_TIMEOUT'>,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly metrics: IntakeMetrics,
  ) {
    this.startedAt = clock.now();
  }

  /** Ends an upload that is still receiving; one that is further is left alone. */
  async discard(uploadId: string): Promise<void> {
    const isMarked = await this.database.transaction(() =>
      this.uploads.updateInState(uploadId, 'receiving', { state: 'deleting' }),
    );
    const upload = isMarked ? await this.uploads.find(uploadId) : null;
    if (!upload) return;
    this.metrics.failed(upload.door);
    await this.remove(upload);
  }

  /** Whether its one request has died with another process; then nobody can ever continue it. */
  isDead(upload: Upload): boolean {
    if (CONTINUABLE_DOORS.includes(upload.door) || upload.state !== 'receiving' || this.writers.isWriting(upload.id))
      return false;
    const silentSince = this.clock.now() - this.settings.REQUEST_IDLE_TIMEOUT - DEAD_AFTER_MS;
    return upload.timeUpdate < (this.database.isExclusive ? Math.max(this.startedAt, silentSince) : silentSince);
  }

  /**
   * Whether a client that repeats its one request may begin anew. Should the first still move in another process, its
   * next offset finds no row, which ends it.
   */
  isReplaceable(upload: Upload): boolean {
    if (this.isDead(upload)) return true;
    const isSilent = upload.timeUpdate < this.clock.now() - REPEAT_AFTER_MS;
    return upload.state === 'receiving' && isSilent && !this.writers.isWriting(upload.id);
  }

  /** Gives back attempt, space and bytes of requests that a killed process did not finish. */
  async discardDead(): Promise<number> {
    const dead = (await this.uploads.findInState('receiving')).filter((upload) => this.isDead(upload));
    for (const upload of dead) await this.discard(upload.id);
    return dead.length;
  }

  /** The bytes of repeated uploads, where a crash came between their last row and their removal. */
  async removeLeftovers(): Promise<void> {
    const keys: string[] = [];
    for await (const { key } of this.store.listPartials()) keys.push(key);
    for (let from = 0; from < keys.length; from += BATCH) {
      await eachInTurn(await this.uploads.doneAmong(keys.slice(from, from + BATCH)), (id) => this.store.abort(id));
    }
  }

  /** Second phase for an upload in the state `deleting`. Its blob may exist already, if it was about to be finished. */
  async removeMarked(upload: Upload): Promise<void> {
    // Whoever is just making the blob would put it, or its sidecar, back where it was removed.
    if (upload.blobKey !== null) await this.finishes.whenEnded(upload.id);
    await this.remove(upload);
  }

  /** Everything of a ticket whose uploads were marked before. */
  async removeAllOfTicket(ticketId: string): Promise<void> {
    for (const upload of await this.uploads.findOfTicket(ticketId)) await this.removeMarked(upload);
  }

  /** Takes up what a crash interrupted. */
  async removeAllMarked(): Promise<void> {
    await eachInTurn(await this.uploads.findInState('deleting'), (upload) => this.removeMarked(upload));
  }

  /** Throws away unfinished uploads whose time is over, and forgets finished ones; answers how many were unfinished. */
  async removeExpired(now: number): Promise<number> {
    const expired = (await this.uploads.findExpired(now)).filter((upload) => !this.writers.isWriting(upload.id));
    for (const upload of expired) {
      if (upload.state === 'done') await this.database.transaction(() => this.uploads.remove(upload.id));
      else await this.discard(upload.id);
    }
    return expired.filter((upload) => upload.state !== 'done').length;
  }

  private async remove(upload: Upload): Promise<void> {
    await this.writers.stop(upload.id, 'deleted');
    this.live.forget(upload.id);
    await this.store.abort(upload.id);
    if (upload.blobKey !== null && upload.archiveId === null) await this.store.delete(upload.blobKey);
    await this.database.transaction(() => this.uploads.remove(upload.id));
  }
}
