import { Injectable, Logger } from '@nestjs/common';
import type { UploadPrincipal } from '../../tokens/upload-principal.js';
import type { Archive } from '../archive.entity.js';
import { ContentComparison } from './content-comparison.js';
import { intakeErrors } from './intake.errors.js';
import { areOtherFiles } from './intake.rules.js';
import { IntakeService, type UploadRequest } from './intake.service.js';
import type { Upload } from './upload.entity.js';
import { UploadDiscarder } from './upload-discarder.js';
import { UploadFinisher } from './upload-finisher.js';
import { UploadWriter } from './upload-writer.js';

/** A file whose bytes are about to come. */
export interface ArrivingFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Where only the body tells what the file is called. */
  readonly described?: { readonly name: string; readonly isNameMade: boolean; readonly mediaType: string };
}

/** What a door tells while one request carries a whole file. */
export interface SingleRequest {
  readonly upload: UploadRequest;
  /** Called when everything has been checked and the body may come. */
  onAccepted(): void;
  /** The file; asked for after `onAccepted`. */
  file(): Promise<ArrivingFile>;
  /** Called after the last byte; throws where the request as a whole turns out to be wrong. */
  onEnd?(): Promise<void>;
}

/** The corridor for doors that cannot be continued: what does not arrive as a whole is thrown away at once. */
@Injectable()
export class SingleRequestUpload {
  private readonly logger = new Logger('uploads');

  constructor(
    private readonly intake: IntakeService,
    private readonly writer: UploadWriter,
    private readonly finisher: UploadFinisher,
    private readonly discarder: UploadDiscarder,
    private readonly comparison: ContentComparison,
  ) {}

  async store(principal: UploadPrincipal, request: SingleRequest): Promise<Archive> {
    const earlier = await this.earlier(principal, request);
    if (earlier) return earlier;
    const { upload, isNew } = await this.intake.begin(principal, { ...request.upload, isInOneRequest: true });
    if (!isNew) return this.repeat(upload, request);
    try {
      request.onAccepted();
      const { bytes, described } = await request.file();
      const named = described ? await this.intake.rename(upload, described.name, described.mediaType) : upload;
      const written = await this.writer.appendWhole(principal, named, bytes);
      await request.onEnd?.();
      if (written.durableBytes === 0) throw intakeErrors.fileEmpty();
      if (upload.declaredBytes !== null && written.durableBytes !== upload.declaredBytes) throw intakeErrors.bodyCut();
      return await this.finisher.finishWritten(written);
    } catch (error) {
      // Once it is being finished it is left alone: then all bytes are there and the janitor completes it.
      await this.discarder.discard(upload.id).catch((reason: unknown) => {
        // The client gets the reason of its failure; the janitor throws the rest away.
        this.logger.error({ msg: 'an upload could not be thrown away', upload: upload.id, error: reason });
      });
      throw error;
    }
  }

  /** What an earlier request with the same Idempotency-Key has become. */
  private async earlier(principal: UploadPrincipal, request: SingleRequest): Promise<Archive | undefined> {
    const { clientKey } = request.upload;
    const upload = clientKey === undefined ? null : await this.intake.findByClientKey(principal, clientKey);
    if (!upload) return undefined;
    if (this.discarder.isReplaceable(upload)) {
      await this.discarder.discard(upload.id);
      return undefined;
    }
    return this.repeat(upload, request);
  }

  /**
   * The answer of an earlier request, for the same bytes alone: it says that this file is stored. So they are compared,
   * also where name and size are the same.
   */
  private async repeat(upload: Upload, request: SingleRequest): Promise<Archive> {
    const { declaredSha256: sha256, ...wanted } = request.upload;
    const known = { ...upload, sha256: upload.sha256 ?? upload.declaredSha256 };
    if (areOtherFiles(known, { ...wanted, sha256 })) throw intakeErrors.keyReused('Idempotency-Key');
    if (upload.state === 'receiving') throw intakeErrors.sameKey();
    const archive = await this.finisher.finish(upload.id);
    request.onAccepted();
    const { bytes, described } = await request.file();
    const isSameName = !described || described.isNameMade || described.name === archive.name;
    const isSame = isSameName && (await this.comparison.isContentOf(archive, bytes));
    if (!isSame) throw intakeErrors.keyReused('Idempotency-Key');
    await request.onEnd?.();
    return archive;
  }
}
