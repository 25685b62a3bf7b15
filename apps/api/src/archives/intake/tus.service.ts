import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../common/clock.js';
import { commonErrors } from '../../common/errors/common.errors.js';
import { sendContinue } from '../../common/http/expect-continue.js';
import { RequestBody } from '../../common/http/request-body.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { TokenGate } from '../../tokens/token-gate.js';
import type { UploadPrincipal } from '../../tokens/upload-principal.js';
import type { Archive } from '../archive.entity.js';
import { ActiveWriters } from './active-writers.js';
import { cleanFileName, nameByTime } from './file-name.js';
import { bodyFailures, intakeErrors } from './intake.errors.js';
import { areOtherFiles, cleanMediaType } from './intake.rules.js';
import { type Begun, IntakeService, type UploadRequest } from './intake.service.js';
import { parseChecksum, parseMetadata, requireTusVersion, TUS_CONTENT_TYPE } from './tus-protocol.js';
import type { Upload } from './upload.entity.js';
import { UploadDiscarder } from './upload-discarder.js';
import { UploadFinisher } from './upload-finisher.js';
import { byteCountHeader, clientKeyHeader, singleHeader } from './upload-headers.js';
import { UploadWriter } from './upload-writer.js';

/** Where an upload stands after a request, and what it has become if it is finished. */
export interface TusState {
  readonly upload: Upload;
  readonly archive?: Archive;
}

/** How long a question waits for an archive that is just being made. */
const FINISH_PATIENCE_MS = 2_000;

/** The verbs of tus 1.0.0, on our corridor. */
@Injectable()
export class TusService {
  constructor(
    private readonly gate: TokenGate,
    private readonly intake: IntakeService,
    private readonly writer: UploadWriter,
    private readonly writers: ActiveWriters,
    private readonly finisher: UploadFinisher,
    private readonly discarder: UploadDiscarder,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Creation, with the first bytes where they come along (creation-with-upload). */
  async create(token: string | undefined, request: FastifyRequest): Promise<TusState> {
    const principal = await this.gate.identify(token);
    requireTusVersion(request);
    // What can be wrong with the first bytes is found before an attempt is taken for them.
    parseChecksum(singleHeader(request, 'Upload-Checksum'));
    const { upload, isNew } = await this.findOrBegin(principal, request);
    if (upload.state !== 'receiving' || !hasBytes(request)) return this.stateOf(upload);
    // Found again by its key, with bytes already: the client learns where it stands and goes on from there.
    if (!isNew && upload.durableBytes > 0) return this.stateOf(upload);
    try {
      this.requireFitting(upload, 0, request);
      return await this.take(principal, upload, 0, request);
    } catch (error) {
      // Without a key nobody would find it again, as the answer carries no address.
      if (upload.clientKeyHash === null) await this.discarder.discard(upload.id);
      throw error;
    }
  }

  /** Appends at the offset, and finishes with the last byte. */
  async patch(token: string | undefined, uploadId: string, request: FastifyRequest): Promise<TusState> {
    const principal = await this.gate.identify(token);
    requireTusVersion(request);
    if (singleHeader(request, 'Content-Type') !== TUS_CONTENT_TYPE)
      throw commonErrors.unsupportedMediaType(TUS_CONTENT_TYPE);
    const offset = byteCountHeader(request, 'Upload-Offset');
    if (offset === null) throw intakeErrors.headerInvalid('Upload-Offset', 'given');
    const found = await this.intake.find(principal, uploadId);
    const length = byteCountHeader(request, 'Upload-Length');
    const upload =
      length === null || found.state !== 'receiving' ? found : await this.intake.declareLength(found, length);
    if (upload.state === 'done' && isLastRequest(upload, offset, request)) return this.stateOf(upload);
    if (offset === upload.durableBytes) this.requireFitting(upload, offset, request);
    return this.take(principal, upload, offset, request);
  }

  /**
   * Where the upload stands, for a client that is about to go on: a request that still writes is ended first, as the
   * offset would be another by the time of the PATCH. While the archive is being made 503, so that the client asks again.
   */
  async head(token: string | undefined, uploadId: string, request: FastifyRequest): Promise<TusState> {
    const principal = await this.gate.identify(token);
    requireTusVersion(request);
    return this.stateOf(await this.settled(principal, await this.intake.find(principal, uploadId)));
  }

  /** Termination: the upload and its bytes are gone. */
  async terminate(token: string | undefined, uploadId: string, request: FastifyRequest): Promise<void> {
    const principal = await this.gate.identify(token);
    requireTusVersion(request);
    const upload = await this.intake.find(principal, uploadId);
    if (upload.state !== 'receiving') throw intakeErrors.finished();
    await this.discarder.discard(upload.id);
  }

  /** State or result, for those who do not speak tus. */
  async read(token: string | undefined, uploadId: string): Promise<TusState> {
    const principal = await this.gate.identify(token);
    const upload = await this.intake.find(principal, uploadId);
    return upload.state === 'done' ? this.stateOf(upload) : { upload };
  }

  /** The upload once nobody writes it any more. */
  private async settled(principal: UploadPrincipal, upload: Upload): Promise<Upload> {
    if (this.writers.isWriting(upload.id)) await this.writers.stop(upload.id, 'replaced');
    else if (!(await this.writer.shutOutElsewhere(upload))) return upload;
    return this.intake.find(principal, upload.id);
  }

  private async findOrBegin(principal: UploadPrincipal, request: FastifyRequest): Promise<Begun> {
    const wanted = this.wantedBy(request);
    const known = wanted.clientKey ? await this.intake.findByClientKey(principal, wanted.clientKey) : null;
    const begun = known ? { upload: known, isNew: false } : await this.intake.begin(principal, wanted);
    if (begun.isNew) return begun;
    if (isForAnotherFile(begun.upload, wanted)) throw intakeErrors.keyReused('Upload-Key');
    return { upload: await this.settled(principal, begun.upload), isNew: false };
  }

  private wantedBy(request: FastifyRequest): UploadRequest {
    const declaredBytes = byteCountHeader(request, 'Upload-Length');
    const isDeferred = singleHeader(request, 'Upload-Defer-Length') === '1';
    if ((declaredBytes === null) !== isDeferred)
      throw intakeErrors.headerInvalid('Upload-Length', 'given, or else Upload-Defer-Length: 1');
    const clientMetadata = singleHeader(request, 'Upload-Metadata');
    const { filename, filetype, sha256 } = parseMetadata(clientMetadata);
    const name = cleanFileName(filename ?? '');
    return {
      door: 'tus',
      name: name ?? nameByTime('upload', this.clock.now()),
      isNameMade: name === undefined,
      mediaType: cleanMediaType(filetype),
      clientMetadata,
      declaredBytes,
      declaredSha256: sha256,
      clientKey: clientKeyHeader(request, 'Upload-Key'),
    };
  }

  /** More bytes than are still to come are refused before the first of them. */
  private requireFitting(upload: Upload, offset: number, request: FastifyRequest): void {
    const bytes = byteCountHeader(request, 'Content-Length');
    const limit = upload.declaredBytes ?? this.settings.MAX_UPLOAD_BYTES;
    if (bytes === null || offset + bytes <= limit) return;
    throw upload.declaredBytes === null ? intakeErrors.tooLarge(limit) : intakeErrors.lengthExceeded(limit);
  }

  private async take(
    principal: UploadPrincipal,
    upload: Upload,
    offset: number,
    request: FastifyRequest,
  ): Promise<TusState> {
    const checksum = parseChecksum(singleHeader(request, 'Upload-Checksum'));
    const body = new RequestBody(request.raw, this.settings.REQUEST_IDLE_TIMEOUT, bodyFailures);
    const written = await this.writer.append(principal, upload.id, offset, afterContinue(request, body), {
      canContinue: true,
      checksum,
    });
    if (written.declaredBytes === null || written.durableBytes < written.declaredBytes) return { upload: written };
    return { upload: written, archive: await this.finisher.finish(upload.id) };
  }

  /** Also finishes an upload whose last byte was the last thing that a killed process wrote. */
  private async stateOf(upload: Upload): Promise<TusState> {
    const isComplete = upload.declaredBytes !== null && upload.durableBytes === upload.declaredBytes;
    if (!isComplete) return { upload };
    const archive = await withPatience(this.finisher.finish(upload.id), FINISH_PATIENCE_MS);
    if (!archive) throw intakeErrors.finishing();
    return { upload, archive };
  }
}

/** Whoever went on with the other upload would take its bytes for the beginning of this file. */
function isForAnotherFile(known: Upload, wanted: UploadRequest): boolean {
  const { filename } = parseMetadata(known.clientMetadata ?? undefined);
  const isNameMade = cleanFileName(filename ?? '') === undefined;
  const before = { ...known, isNameMade, sha256: known.sha256 ?? known.declaredSha256 };
  return areOtherFiles(before, { ...wanted, sha256: wanted.declaredSha256 });
}

function hasBytes(request: FastifyRequest): boolean {
  return singleHeader(request, 'Content-Type') === TUS_CONTENT_TYPE && singleHeader(request, 'Content-Length') !== '0';
}

/** The request that brought the last byte, repeated because its answer was lost: it gets that answer again. */
function isLastRequest(upload: Upload, offset: number, request: FastifyRequest): boolean {
  const bytes = byteCountHeader(request, 'Content-Length');
  return offset === upload.durableBytes || (bytes !== null && offset + bytes === upload.durableBytes);
}

/** Asks for the body when its first byte is wanted, which is when all checks have passed. */
async function* afterContinue(request: FastifyRequest, body: RequestBody): AsyncGenerator<Uint8Array> {
  sendContinue(request);
  yield* body;
}

async function withPatience<T>(work: Promise<T>, patienceMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  return Promise.race([work, patience]).finally(() => clearTimeout(timer));
}
