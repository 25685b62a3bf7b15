import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../common/clock.js';
import { EventSink } from '../../common/events/event-sink.js';
import { Ids } from '../../common/ids.js';
import { inSpan } from '../../common/tracing/in-span.js';
import { Database } from '../../database/database.js';
import { BLOB_STORE } from '../../storage/blob-store.token.js';
import { TicketDirectory, type TicketSummary } from '../../tickets/ticket-directory.js';
import { TokenGate } from '../../tokens/token-gate.js';
import { tokenErrors } from '../../tokens/tokens.errors.js';
import type { LockedToken } from '../../tokens/upload-principal.js';
import type { Archive } from '../archive.entity.js';
import { ArchivesRepository } from '../archives.repository.js';
import { senderActor } from '../sender-actor.js';
import { intakeErrors, storeFailure } from './intake.errors.js';
import { REPLAY_WINDOW_MS } from './intake.rules.js';
import { IntakeMetrics } from './intake-metrics.js';
import { LiveDigests } from './live-digests.js';
import { RunningFinishes } from './running-finishes.js';
import { type SidecarFacts, sidecarOf } from './sidecar.js';
import type { Upload } from './upload.entity.js';
import { UploadDiscarder } from './upload-discarder.js';
import { UploadsRepository } from './uploads.repository.js';

interface Finish {
  /** The row says how many bytes there are; else that is noted with the first step. */
  readonly isNoted: boolean;
}

/**
 * The last third of the corridor: an upload whose bytes are all there becomes an archive.
 *
 * 1. `finishing` is written with the final key, size and digest. 2. The store commits the blob. 3. One transaction
 * makes the archive, spends the attempt and closes the upload. A crash between any two is completed at the next start;
 * repeating any of them changes nothing.
 */
@Injectable()
export class UploadFinisher {
  private readonly logger = new Logger('uploads');

  constructor(
    private readonly uploads: UploadsRepository,
    private readonly archives: ArchivesRepository,
    private readonly gate: TokenGate,
    private readonly tickets: TicketDirectory,
    private readonly discarder: UploadDiscarder,
    private readonly finishes: RunningFinishes,
    private readonly live: LiveDigests,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly audit: AuditService,
    private readonly events: EventSink,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly metrics: IntakeMetrics,
  ) {}

  /** Answers the archive; calls that come while it is being made get the same one. */
  finish(uploadId: string): Promise<Archive> {
    return this.finishes.run(uploadId, async () => {
      const found = await this.uploads.find(uploadId);
      if (!found || found.state === 'deleting') throw intakeErrors.uploadNotFound();
      return this.run(found, { isNoted: true });
    });
  }

  /** The same for what `UploadWriter.appendWhole` has answered; 409 where somebody else has taken a turn since. */
  finishWritten(written: Upload): Promise<Archive> {
    return this.finishes.run(written.id, () => this.run(written, { isNoted: false }));
  }

  /** Completes what a crash or a failing store left between the steps. */
  async completeInterrupted(): Promise<void> {
    for (const upload of await this.uploads.findInState('finishing')) {
      if (this.finishes.has(upload.id)) continue;
      await this.finish(upload.id).catch((error: unknown) => {
        this.logger.error({ msg: 'an upload could not be finished', upload: upload.id, error });
      });
    }
  }

  private async run(found: Upload, how: Finish): Promise<Archive> {
    if (found.state === 'done') return this.archiveOf(found);
    try {
      const archive = await inSpan('upload finish', { 'logs_collector.door': found.door }, () =>
        this.makeArchive(found, how),
      );
      this.metrics.finished(found.door);
      return archive;
    } catch (error) {
      return this.madeElsewhere(found, how, error);
    }
  }

  /** Another replica may have been faster with the same steps, and taken away what this one was reading. */
  private async madeElsewhere(found: Upload, { isNoted }: Finish, error: unknown): Promise<Archive> {
    const upload = await this.uploads.find(found.id);
    if (upload?.state !== 'done') throw error;
    if (!isNoted && upload.writerEpoch !== found.writerEpoch) throw error;
    return this.archiveOf(upload);
  }

  private async makeArchive(found: Upload, how: Finish): Promise<Archive> {
    const upload = found.state === 'receiving' ? await this.seal(found, how) : found;
    if (upload.state === 'done') return this.archiveOf(upload);
    const facts = await this.factsOf(upload);
    try {
      await this.store.commit(upload.id, facts.archive.blobKey, sidecarOf(facts), upload.durableBytes);
      return await this.complete(upload, facts.archive);
    } catch (error) {
      await this.removeIfDeleted(upload.id, facts.archive.blobKey);
      throw storeFailure(error);
    }
  }

  /** Another process may have deleted the ticket while the blob was made: then nobody else will find it. */
  private async removeIfDeleted(uploadId: string, blobKey: string): Promise<void> {
    const upload = await this.uploads.find(uploadId);
    if (upload && upload.state !== 'deleting') return;
    if ((await this.archives.existingBlobKeys([blobKey])).size === 0) await this.store.delete(blobKey);
  }

  /** Step 1. Bytes that are not the announced ones, and repeats of what is not there, end here. */
  private async seal(upload: Upload, how: Finish): Promise<Upload> {
    const { id, durableBytes: offset, writerEpoch: epoch } = upload;
    const sha256 = await this.live.sha256(id, { offset, epoch }, () => this.store.readPartial(id, { end: offset }));
    if (upload.declaredSha256 !== null && upload.declaredSha256 !== sha256) {
      await this.discarder.discard(upload.id);
      throw intakeErrors.digestMismatch();
    }
    const sealed = await this.sealAfterTwins(upload, sha256, how);
    if (sealed.state === 'done') await this.store.abort(upload.id);
    if (sealed.state !== 'receiving') return sealed;
    await this.discarder.discard(upload.id);
    throw tokenErrors.refused('attempts_exhausted');
  }

  /** The same bytes that came a moment ago are finished first, so that they count once. */
  private async sealAfterTwins(upload: Upload, sha256: string, how: Finish): Promise<Upload> {
    for (;;) {
      const sealed = await this.database.transaction(() => this.markSealed(upload, sha256, how));
      if (sealed) return sealed;
      for (const twin of await this.uploads.findFinishingTwins(upload, sha256)) await this.finish(twin.id);
    }
  }

  /** Undefined where a twin is ahead of it. */
  private async markSealed(upload: Upload, sha256: string, { isNoted }: Finish): Promise<Upload | undefined> {
    const token = await this.gate.lock({ ...upload, ticketNumber: '' });
    const current = await this.uploads.lock(upload.id);
    if (!current || current.state === 'deleting') throw intakeErrors.uploadNotFound();
    // Whatever the other has made of it, it is not what this writer has brought.
    if (!isNoted && current.writerEpoch !== upload.writerEpoch) throw intakeErrors.locked();
    if (current.state !== 'receiving') return current;
    if ((await this.uploads.findFinishingTwins(upload, sha256)).length > 0) return undefined;
    const now = this.clock.now();
    const known = await this.findSame(upload, sha256, now);
    if (!known && upload.isReplay) return current;
    if (!known && current.leaseUntil <= now) await this.requireAttempt(token, upload.id, now);
    const { durableBytes } = upload;
    const facts = { sha256, durableBytes, declaredBytes: durableBytes, timeUpdate: now };
    const change: Partial<Upload> = known
      ? { ...facts, state: 'done', archiveId: known.id }
      : { ...facts, state: 'finishing', blobKey: this.ids.next() };
    await this.uploads.update(upload.id, change);
    return { ...current, ...change };
  }

  /** For an upload that was complete when its lease lapsed: others may have taken the attempt since. */
  private async requireAttempt(token: LockedToken, uploadId: string, now: number): Promise<void> {
    const leases = (await this.uploads.countLeases([token.id], now, uploadId)).get(token.id) ?? 0;
    if (token.attempts <= 0) throw tokenErrors.refused('attempts_exhausted');
    if (leases >= token.attempts) throw tokenErrors.refused('attempts_in_use');
  }

  /** The archive of the same token, name, size and digest that arrived within a day: its answer was lost. */
  private async findSame(upload: Upload, sha256: string, now: number): Promise<Archive | undefined> {
    const recent = await this.archives.findRecentOfToken(upload.tokenId, upload.name, now - REPLAY_WINDOW_MS);
    return recent.find((archive) => archive.sha256 === sha256 && archive.sizeBytes === upload.durableBytes);
  }

  /** Step 3. */
  private async complete(upload: Upload, archive: Archive): Promise<Archive> {
    return this.database.transaction(async () => {
      const ticket = await this.tickets.lock(upload.ticketId);
      const current = await this.uploads.lock(upload.id);
      if (current?.state === 'done') return this.archiveOf(current);
      // The ticket is being deleted: its deletion finds the blob by the key that step 1 wrote.
      if (current?.state !== 'finishing') throw intakeErrors.uploadNotFound();
      await this.archives.insert(archive);
      await this.gate.spend(upload.tokenId);
      await this.tickets.touch(upload.ticketId, archive.timeCreate);
      await this.uploads.update(upload.id, { state: 'done', archiveId: archive.id, timeUpdate: archive.timeCreate });
      await this.audit.record({
        action: 'archive.received',
        actor: senderActor(upload),
        target: { kind: 'archive', id: archive.id, name: archive.name },
        details: {
          ticket: archive.ticketId,
          ticket_number: ticket?.number,
          size: archive.sizeBytes,
          sha256: archive.sha256,
          from: archive.uploadedFrom,
        },
      });
      this.events.record({
        type: 'archive.received',
        ticketId: archive.ticketId,
        ticketNumber: ticket?.number ?? '',
        facts: { archive: archive.id, upload: upload.id, size: archive.sizeBytes },
      });
      return archive;
    });
  }

  private async factsOf(upload: Upload): Promise<SidecarFacts> {
    const ticket: TicketSummary | undefined = (await this.tickets.describe([upload.ticketId])).get(upload.ticketId);
    if (!ticket || upload.blobKey === null || upload.sha256 === null) throw intakeErrors.uploadNotFound();
    const archive: Archive = {
      id: upload.blobKey,
      ticketId: upload.ticketId,
      tokenId: upload.tokenId,
      name: upload.name,
      sizeBytes: upload.durableBytes,
      sha256: upload.sha256,
      mediaType: upload.mediaType,
      blobKey: upload.blobKey,
      isCapture: upload.door === 'capture',
      state: 'stored',
      uploadedFrom: upload.address,
      timeCreate: this.clock.now(),
    };
    return { archive, ticketNumber: ticket.number, platform: await this.tickets.platformOf(ticket) };
  }

  private async archiveOf(upload: Upload): Promise<Archive> {
    const archive = upload.archiveId === null ? null : await this.archives.findVisible(upload.archiveId);
    if (!archive) throw intakeErrors.uploadNotFound();
    return archive;
  }
}
