import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../common/clock.js';
import { EventSink } from '../../common/events/event-sink.js';
import { Ids } from '../../common/ids.js';
import { requestContext } from '../../common/request-context.js';
import { inSpan } from '../../common/tracing/in-span.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import { BLOB_STORE } from '../../storage/blob-store.token.js';
import { StorageSpace } from '../../storage/storage-space.js';
import { TokenGate } from '../../tokens/token-gate.js';
import { TokenLeases } from '../../tokens/token-leases.js';
import { tokenErrors } from '../../tokens/tokens.errors.js';
import type { LockedToken, UploadPrincipal } from '../../tokens/upload-principal.js';
import { refusalOf } from '../../tokens/upload-token.rules.js';
import { ArchivesRepository } from '../archives.repository.js';
import { senderActor } from '../sender-actor.js';
import { ActiveWriters } from './active-writers.js';
import { nameByTime } from './file-name.js';
import { intakeErrors, storeFailure } from './intake.errors.js';
import { hasRoom, LEASE_MS, leastFileBytes, REPLAY_WINDOW_MS } from './intake.rules.js';
import { IntakeMetrics } from './intake-metrics.js';
import { Upload, type UploadDoor } from './upload.entity.js';
import { UploadDiscarder } from './upload-discarder.js';
import { UploadsRepository } from './uploads.repository.js';

/** What a client says of an upload before its first byte. */
export interface UploadRequest {
  readonly door: UploadDoor;
  /** Already cleaned; null where it becomes known only with the body. */
  readonly name: string | null;
  readonly mediaType: string;
  /** Null where the client does not know yet. */
  readonly declaredBytes: number | null;
  /** What the body announces as a whole, where the file is only a part of it: a form. */
  readonly formBytes?: number;
  /** Lower-case hex. */
  readonly declaredSha256?: string;
  /** A secret of the client's making by which it finds this upload again. */
  readonly clientKey?: string;
  /** Upload-Metadata as it came, which tus has to repeat. */
  readonly clientMetadata?: string;
  /** The client gave no name; a repeated request gets another one. */
  readonly isNameMade?: boolean;
  /** Whoever begins it writes it as well, at once: to begin is to take the first turn, see `UploadWriter.appendWhole`. */
  readonly isInOneRequest?: boolean;
}

/** An upload that was asked for. */
export interface Begun {
  readonly upload: Upload;
  /** False where another request with the same key began it a moment ago. */
  readonly isNew: boolean;
}

const UPLOAD_ID_BYTES = 16;
const FIRST_TURN = 1;

/** The first half of the corridor that all doors share: everything that is decided before the first byte. */
@Injectable()
export class IntakeService implements OnModuleInit {
  private readonly logger = new Logger('uploads');

  constructor(
    private readonly gate: TokenGate,
    private readonly leases: TokenLeases,
    private readonly uploads: UploadsRepository,
    private readonly archives: ArchivesRepository,
    private readonly writers: ActiveWriters,
    private readonly discarder: UploadDiscarder,
    private readonly space: StorageSpace,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly audit: AuditService,
    private readonly events: EventSink,
    private readonly database: Database,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly metrics: IntakeMetrics,
  ) {}

  onModuleInit(): void {
    this.leases.register((tokenIds) => this.uploads.countLeases(tokenIds, this.clock.now()));
  }

  /** An upload that the client began earlier with the same key, wherever it stands now. */
  async findByClientKey(principal: UploadPrincipal, clientKey: string): Promise<Upload | null> {
    return this.uploads.findByClientKey(principal.tokenId, this.keys.hashes('secret-lookup', clientKey));
  }

  /**
   * Takes a lease on an attempt and on the declared space, and makes an empty partial. Refuses with 423, 400, 413, 429
   * or 507, in this order, and then nothing is held. One transaction with the token locked, so that of 50 that begin at
   * once exactly as many get in as there are attempts.
   */
  async begin(principal: UploadPrincipal, request: UploadRequest): Promise<Begun> {
    return inSpan('upload begin', { 'logs_collector.door': request.door }, async () => {
      const begun = await this.admitCounted(principal, request);
      if (begun.isNew) await this.makePartial(begun.upload);
      return begun;
    });
  }

  private async admitCounted(principal: UploadPrincipal, request: UploadRequest): Promise<Begun> {
    try {
      const usableBytes = await this.space.usableBytes();
      const begun = await this.database.transaction(() => this.admit(principal, request, usableBytes));
      if (begun.isNew) this.metrics.started(request.door);
      return begun;
    } catch (error) {
      this.metrics.refused(request.door, error);
      throw error;
    }
  }

  private async admit(principal: UploadPrincipal, request: UploadRequest, usableBytes: number): Promise<Begun> {
    const now = this.clock.now();
    const context = requestContext();
    const address = context?.address ?? '';
    const token = await this.gate.lock(principal);
    const same = await this.claimClientKey(principal, request.clientKey);
    if (same) return { upload: same, isNew: false };
    const isReplay = await this.requireAttempt(token, request, now);
    const { declaredBytes, formBytes } = request;
    if (declaredBytes !== null) this.requireSize(declaredBytes);
    if (formBytes !== undefined) this.requireSize(leastFileBytes(formBytes));
    this.writers.requireRoomFor(address);
    const announcedBytes = declaredBytes ?? formBytes ?? null;
    const reservedBytes = await this.uploads.reservedBytes(now);
    if (!hasRoom({ declaredBytes: announcedBytes, usableBytes, reservedBytes })) {
      throw intakeErrors.noSpace(announcedBytes, usableBytes - reservedBytes);
    }
    const upload = this.newUpload(principal, request, { now, isReplay, address, agent: context?.agent ?? '' });
    await this.uploads.insert(upload);
    await this.gate.touch(token.id, now);
    // Who begins a capture tells of it in its own words.
    if (upload.door !== 'capture') await this.tellStart(principal, upload);
    return { upload, isNew: true };
  }

  private async tellStart({ ticketId, ticketNumber }: UploadPrincipal, upload: Upload): Promise<void> {
    await this.audit.record({
      action: 'upload.started',
      actor: senderActor(upload),
      target: { kind: 'ticket', id: ticketId, name: ticketNumber },
      details: { name: upload.name, size: upload.declaredBytes, door: upload.door },
    });
    this.events.record({
      type: 'upload.started',
      ticketId,
      ticketNumber,
      facts: { upload: upload.id, size: upload.declaredBytes },
    });
  }

  /** Refuses a size that can never be stored. */
  private requireSize(bytes: number): void {
    if (bytes === 0) throw intakeErrors.fileEmpty();
    if (bytes > this.settings.MAX_UPLOAD_BYTES) throw intakeErrors.tooLarge(this.settings.MAX_UPLOAD_BYTES);
  }

  /** Gives an upload the name that came with its body; answers it as it then is. */
  async rename(upload: Upload, name: string, mediaType: string): Promise<Upload> {
    await this.database.transaction(() => this.uploads.updateInState(upload.id, 'receiving', { name, mediaType }));
    return { ...upload, name, mediaType };
  }

  /** Notes how many bytes there will be, for an upload that began without knowing. */
  async declareLength(upload: Upload, bytes: number): Promise<Upload> {
    this.requireSize(bytes);
    if (upload.declaredBytes !== null ? upload.declaredBytes !== bytes : bytes < upload.durableBytes) {
      throw intakeErrors.headerInvalid(
        'Upload-Length',
        'the length announced before, or no less than the present offset',
      );
    }
    if (upload.declaredBytes === null) {
      await this.database.transaction(() =>
        this.uploads.updateInState(upload.id, 'receiving', { declaredBytes: bytes }),
      );
    }
    return { ...upload, declaredBytes: bytes };
  }

  /** The upload of that id, if it belongs to this token. */
  async find(principal: UploadPrincipal, uploadId: string): Promise<Upload> {
    const upload = await this.uploads.find(uploadId);
    if (upload?.tokenId !== principal.tokenId || upload.state === 'deleting') throw intakeErrors.uploadNotFound();
    return upload;
  }

  /** The upload that has the client's key already; where there is none, the key is free from now on. */
  private async claimClientKey(principal: UploadPrincipal, clientKey: string | undefined): Promise<Upload | null> {
    if (clientKey === undefined) return null;
    const known = await this.findByClientKey(principal, clientKey);
    if (!known) await this.uploads.freeClientKey(principal.tokenId, this.keys.hashes('secret-lookup', clientKey));
    return known;
  }

  /** Where it cannot be made, nothing is held any more. */
  private async makePartial(upload: Upload): Promise<void> {
    try {
      await this.store.begin(upload.id);
    } catch (error) {
      await this.discarder.discard(upload.id).catch((failure: unknown) => {
        this.logger.error({ msg: 'the janitor has to remove an upload', upload: upload.id, error: failure });
      });
      throw storeFailure(error);
    }
    const current = await this.uploads.find(upload.id);
    if (current && current.state !== 'deleting') return;
    // Its ticket was deleted in between, and with it the partial that was not there yet.
    await this.store.abort(upload.id);
    throw intakeErrors.uploadNotFound();
  }

  /** True for a repeated upload whose answer may have been lost: it takes no attempt. */
  private async requireAttempt(token: LockedToken, request: UploadRequest, now: number): Promise<boolean> {
    const leases = (await this.uploads.countLeases([token.id], now)).get(token.id) ?? 0;
    const refusal = refusalOf(token, { now, leases, isContinuing: false });
    if (!refusal) return false;
    if (refusal === 'attempts_exhausted' && (await this.mayBeReplay(token.id, request, now))) return true;
    throw tokenErrors.refused(refusal);
  }

  /**
   * The last attempt is spent, but the client may not know it. It may send the same file again, one at a time and no
   * longer than what is there; the finish finds out whether it is the same.
   */
  private async mayBeReplay(tokenId: string, request: UploadRequest, now: number): Promise<boolean> {
    const candidates = await this.archives.findRecentOfToken(tokenId, request.name, now - REPLAY_WINDOW_MS);
    const isKnown = candidates.some(
      ({ sizeBytes }) => request.declaredBytes === null || request.declaredBytes === sizeBytes,
    );
    return isKnown && (await this.uploads.countReplays(tokenId, now)) === 0;
  }

  private newUpload(
    principal: UploadPrincipal,
    request: UploadRequest,
    facts: { now: number; isReplay: boolean; address: string; agent: string },
  ): Upload {
    return {
      id: this.ids.bytes(UPLOAD_ID_BYTES).toString('hex'),
      ticketId: principal.ticketId,
      tokenId: principal.tokenId,
      door: request.door,
      state: 'receiving',
      name: request.name ?? nameByTime('upload', facts.now),
      mediaType: request.mediaType,
      clientMetadata: request.clientMetadata ?? null,
      declaredBytes: request.declaredBytes,
      declaredSha256: request.declaredSha256 ?? null,
      durableBytes: 0,
      isReplay: facts.isReplay,
      writerEpoch: request.isInOneRequest ? FIRST_TURN : 0,
      leaseUntil: facts.now + LEASE_MS,
      expiresAt: facts.now + this.settings.UPLOAD_TTL,
      clientKeyHash: request.clientKey === undefined ? null : this.keys.hash('secret-lookup', request.clientKey),
      sha256: null,
      blobKey: null,
      archiveId: null,
      address: facts.address.slice(0, 64),
      agent: facts.agent.slice(0, 256),
      timeCreate: facts.now,
      timeUpdate: facts.now,
    };
  }
}
