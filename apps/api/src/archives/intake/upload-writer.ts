import type { AppendInterruption, AppendOptions, AppendResult, BlobStore } from '@logs-collector/blob-store/blob-store';
import { BlobStoreError } from '@logs-collector/blob-store/blob-store-error';
import type { DigestAlgorithm, RunningDigest } from '@logs-collector/blob-store/digest';
import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { CodedError } from '../../common/errors/coded-error.js';
import { requestContext } from '../../common/request-context.js';
import { inSpan } from '../../common/tracing/in-span.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import { BLOB_STORE } from '../../storage/blob-store.token.js';
import { StorageSpace } from '../../storage/storage-space.js';
import { TokenGate } from '../../tokens/token-gate.js';
import { tokenErrors } from '../../tokens/tokens.errors.js';
import type { UploadPrincipal } from '../../tokens/upload-principal.js';
import { refusalOf } from '../../tokens/upload-token.rules.js';
import { ArchivesRepository } from '../archives.repository.js';
import { type ActiveWriter, ActiveWriters } from './active-writers.js';
import { BrokenAppends } from './broken-appends.js';
import { intakeErrors, storeFailure } from './intake.errors.js';
import { hasRoom, LEASE_MS, REPLAY_WINDOW_MS } from './intake.rules.js';
import { IntakeMetrics } from './intake-metrics.js';
import { LiveDigests } from './live-digests.js';
import { OffsetLedger, type WriterTurn } from './offset-ledger.js';
import { TurnWatch } from './turn-watch.js';
import type { Upload } from './upload.entity.js';
import { UploadDiscarder } from './upload-discarder.js';
import { UploadProgress } from './upload-progress.js';
import { UploadsRepository } from './uploads.repository.js';

/** What is special about one append. */
export interface AppendCase {
  /** The client can go on with another request. */
  readonly canContinue: boolean;
  readonly checksum?: ChunkChecksum;
}

/** What the client says of the bytes of one append. */
export interface ChunkChecksum {
  readonly algorithm: DigestAlgorithm;
  /** Lower-case hex. */
  readonly digest: string;
}

interface Append {
  readonly principal: UploadPrincipal;
  readonly writer: ActiveWriter;
  readonly body: AsyncIterable<Uint8Array>;
  readonly checksum?: ChunkChecksum | undefined;
  /** Nothing is noted at the end: whoever finishes the upload does it. */
  readonly isWhole?: boolean;
}

/** The middle of the corridor: one append, from the socket to the disk, and the offset that may be told. */
@Injectable()
export class UploadWriter {
  private readonly logger = new Logger('uploads');

  constructor(
    private readonly gate: TokenGate,
    private readonly uploads: UploadsRepository,
    private readonly archives: ArchivesRepository,
    private readonly writers: ActiveWriters,
    private readonly discarder: UploadDiscarder,
    private readonly ledger: OffsetLedger,
    private readonly turns: TurnWatch,
    private readonly live: LiveDigests,
    private readonly progress: UploadProgress,
    private readonly digests: DigestPool,
    private readonly space: StorageSpace,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly broken: BrokenAppends,
    private readonly metrics: IntakeMetrics,
  ) {}

  /**
   * Appends `body` at `offset` and answers the upload as it then stands: everything below `durableBytes` survives
   * whatever happens. Where the body could not be taken to its end it throws, and keeps what has arrived.
   */
  async append(
    principal: UploadPrincipal,
    uploadId: string,
    offset: number,
    body: AsyncIterable<Uint8Array>,
    how: AppendCase,
  ): Promise<Upload> {
    return this.appendCounted(uploadId, how, async (writer) => {
      const upload = await this.takeTurn(principal, uploadId, offset);
      return this.write(upload, { principal, writer, body, checksum: how.checksum });
    });
  }

  /**
   * Appends all that there will be of an upload that was begun with `isInOneRequest`, and answers it as `append` does. Its
   * row says less: `UploadFinisher.finishWritten` notes the size together with its own first step, as nobody
   * is told of an offset before.
   */
  async appendWhole(principal: UploadPrincipal, upload: Upload, body: AsyncIterable<Uint8Array>): Promise<Upload> {
    const how = { canContinue: false };
    // A form may dawdle before its file.
    if (upload.leaseUntil <= this.clock.now()) return this.append(principal, upload.id, 0, body, how);
    return this.appendCounted(upload.id, how, (writer) =>
      this.write(upload, { principal, writer, body, isWhole: true }),
    );
  }

  /**
   * Sees to it that no offset of a writer in another process counts any more; false where there can be none. Not waited
   * for is that it leaves.
   */
  async shutOutElsewhere({ id, state, writerEpoch, leaseUntil }: Upload): Promise<boolean> {
    const hasWriter = state === 'receiving' && writerEpoch > 0 && leaseUntil > this.clock.now();
    if (!hasWriter || this.database.isExclusive || this.live.hasSeenOut(id, writerEpoch)) return false;
    await this.database.transaction(async () => {
      const current = await this.uploads.lock(id);
      if (current?.state !== 'receiving' || this.writers.isWriting(id)) return;
      await this.uploads.update(id, { writerEpoch: current.writerEpoch + 1 });
    });
    return true;
  }

  private async appendCounted(
    uploadId: string,
    how: AppendCase,
    work: (writer: ActiveWriter) => Promise<Upload>,
  ): Promise<Upload> {
    try {
      return await inSpan('upload append', {}, () => this.asWriter(uploadId, how, work));
    } catch (error) {
      if (!isLoss(error)) throw error;
      // Nobody can go on with it, and as long as it stands every client would try.
      this.logger.error({ msg: 'the store has lost bytes of an upload, which is given up', upload: uploadId, error });
      await this.discarder.discard(uploadId);
      throw intakeErrors.uploadNotFound();
    }
  }

  private async asWriter(
    uploadId: string,
    { canContinue }: AppendCase,
    work: (writer: ActiveWriter) => Promise<Upload>,
  ): Promise<Upload> {
    const writer = await this.writers.enter(uploadId, requestContext()?.address ?? '', canContinue);
    try {
      return await work(writer);
    } finally {
      writer.leave();
    }
  }

  /** One transaction: the state and the offset are right, the lease is held (again), and older writers are shut out. */
  private async takeTurn(principal: UploadPrincipal, uploadId: string, offset: number): Promise<Upload> {
    const usableBytes = await this.space.usableBytes();
    const { before, upload } = await this.database.transaction(async () => {
      const now = this.clock.now();
      const token = await this.gate.lock(principal);
      const upload = await this.uploads.lock(uploadId);
      if (upload?.tokenId !== principal.tokenId || upload.state === 'deleting') throw intakeErrors.uploadNotFound();
      if (upload.state === 'finishing') throw intakeErrors.finishing();
      if (upload.state === 'done') throw intakeErrors.finished();
      if (upload.durableBytes !== offset) throw intakeErrors.offsetMismatch(upload.durableBytes);
      const isLeased = upload.leaseUntil > now;
      const leases = isLeased ? 0 : ((await this.uploads.countLeases([token.id], now, uploadId)).get(token.id) ?? 0);
      // A live lease and a repeated upload hold their place whatever the attempts say by now.
      const attempts = isLeased || upload.isReplay ? 1 : token.attempts;
      const refusal = refusalOf({ ...token, attempts }, { now, leases, isContinuing: true });
      if (refusal) throw tokenErrors.refused(refusal);
      const missing = upload.declaredBytes === null ? null : upload.declaredBytes - offset;
      const reservedBytes = await this.uploads.reservedBytes(now, uploadId);
      if (!hasRoom({ declaredBytes: missing, usableBytes, reservedBytes })) {
        throw intakeErrors.noSpace(missing, usableBytes - reservedBytes);
      }
      const change = { writerEpoch: upload.writerEpoch + 1, leaseUntil: now + LEASE_MS, timeUpdate: now };
      await this.uploads.update(uploadId, change);
      await this.gate.touch(token.id, now);
      // What the row said before this turn tells whether it goes on.
      return { before: upload, upload: { ...upload, ...change } };
    });
    if (this.broken.goesOn(before)) this.metrics.resumed(before.door);
    return upload;
  }

  private async write(upload: Upload, { principal, writer, body, checksum, isWhole }: Append): Promise<Upload> {
    const offset = upload.durableBytes;
    const turn: WriterTurn = {
      uploadId: upload.id,
      epoch: upload.writerEpoch,
      onLost: () => writer.stop('replaced'),
      onCommitted: this.progress.reporter(principal, upload),
    };
    const maxBytes = (await this.limitOf(upload)) - offset;
    const whole = this.live.take(upload.id, offset, upload.writerEpoch - 1);
    const chunk = checksum && this.digests.create(checksum.algorithm);
    const before = checksum && whole ? await whole.fork() : undefined;
    const unwatch = this.turns.watch(turn);
    const append = this.appendToStore(upload, this.guardSpace(upload, body), {
      signal: writer.signal,
      epoch: turn.epoch,
      maxBytes,
      // With a checksum nothing counts before all of the chunk has been compared.
      onDurable: (durable) => this.ledger.note(turn, checksum ? offset : durable),
      digests: [whole, chunk].filter((digest) => digest !== undefined),
    });
    const result = await append.finally(unwatch).catch((error: unknown) => {
      before?.dispose();
      throw error;
    });
    const isDamaged = chunk !== undefined && (await chunk.finish()) !== checksum?.digest;
    const reached = checksum && (isDamaged || result.interrupted) ? offset : result.offset;
    this.keepDigest(turn, reached, whole, before);
    if (isWhole) this.ledger.forget(turn);
    else if (!(await this.ledger.commit(turn, reached))) throw await this.lossOf(upload.id);
    if (result.interrupted || isDamaged) this.broken.note(upload.id);
    if (result.interrupted) throw this.failureOf(upload, result.interrupted, writer);
    if (isDamaged) throw intakeErrors.checksumMismatch();
    return { ...upload, durableBytes: reached };
  }

  private async appendToStore(
    upload: Upload,
    body: AsyncIterable<Uint8Array>,
    options: AppendOptions,
  ): Promise<AppendResult> {
    const append = () => this.store.append(upload.id, upload.durableBytes, body, options);
    try {
      return await append().catch(async (error: unknown) => {
        if (!(error instanceof BlobStoreError && error.code === 'not_found')) throw error;
        // Not made any more by the process that wrote the row and was killed; or else the upload is over.
        await this.requireTurn(upload);
        if (upload.durableBytes > 0) throw error;
        await this.store.begin(upload.id);
        return append();
      });
    } catch (error) {
      for (const digest of options.digests ?? []) digest.dispose();
      if (error instanceof BlobStoreError && error.code === 'superseded') throw await this.lossOf(upload.id);
      throw isLoss(error) ? error : storeFailure(error);
    }
  }

  private async requireTurn({ id, writerEpoch }: Upload): Promise<void> {
    const current = await this.uploads.find(id);
    if (current?.state !== 'receiving' || current.writerEpoch !== writerEpoch) throw await this.lossOf(id);
  }

  private keepDigest(
    { uploadId, epoch }: WriterTurn,
    offset: number,
    whole: RunningDigest | undefined,
    before: RunningDigest | undefined,
  ): void {
    const [right, other] = whole?.bytes === offset ? [whole, before] : [before, whole];
    other?.dispose();
    if (right) this.live.keep(uploadId, right, offset, epoch);
  }

  /** A repeated upload whose attempt is spent may bring no more than the archive that it claims to repeat. */
  private async limitOf(upload: Upload): Promise<number> {
    const replayed = upload.isReplay
      ? await this.archives.largestOfToken(upload.tokenId, upload.timeCreate - REPLAY_WINDOW_MS)
      : Number.POSITIVE_INFINITY;
    return Math.min(upload.declaredBytes ?? Number.POSITIVE_INFINITY, replayed, this.settings.MAX_UPLOAD_BYTES);
  }

  /** Ends a body in good order while there is still room for the database, instead of running into a full disk. */
  private async *guardSpace({ door }: Upload, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      if (!(await this.space.take(chunk.length))) throw intakeErrors.noSpace(null, 0);
      this.metrics.received(door, chunk.length);
      yield chunk;
    }
  }

  /** Why this writer may no longer write: a newer one has come, or the upload is being deleted. */
  private async lossOf(uploadId: string): Promise<CodedError> {
    const upload = await this.uploads.find(uploadId);
    return !upload || upload.state === 'deleting' ? intakeErrors.uploadNotFound() : intakeErrors.locked();
  }

  private failureOf(upload: Upload, interruption: AppendInterruption, writer: ActiveWriter): CodedError {
    const { reason, cause } = interruption;
    if (reason === 'aborted') return stopErrors[writer.stopReason ?? 'shutdown']();
    if (reason === 'superseded') return intakeErrors.locked();
    if (reason === 'no_space') return intakeErrors.noSpace(upload.declaredBytes, 0);
    if (reason === 'limit_exceeded' && upload.isReplay) return tokenErrors.refused('attempts_exhausted');
    if (reason === 'limit_exceeded') {
      const declared = upload.declaredBytes;
      return declared === null
        ? intakeErrors.tooLarge(this.settings.MAX_UPLOAD_BYTES)
        : intakeErrors.lengthExceeded(declared);
    }
    if (cause instanceof CodedError) return cause;
    if (reason === 'source_failed') return intakeErrors.bodyCut(cause);
    this.logger.error({ msg: 'the store could not take bytes', upload: upload.id, error: cause });
    return cause instanceof BlobStoreError && cause.code === 'no_space'
      ? intakeErrors.noSpace(null, 0)
      : intakeErrors.busy();
  }
}

/**
 * The partial is there and does not reach an offset that was durable. One that is not there at all may be on a volume
 * that is not mounted at the moment.
 */
function isLoss(error: unknown): boolean {
  return error instanceof BlobStoreError && error.code === 'offset_beyond_end';
}

const stopErrors = {
  replaced: intakeErrors.locked,
  deleted: intakeErrors.uploadNotFound,
  shutdown: intakeErrors.shuttingDown,
} as const;
