import { Injectable, Logger } from '@nestjs/common';
import type { UploadPrincipal } from '../../tokens/upload-principal.js';
import type { Archive } from '../archive.entity.js';
import { intakeErrors } from './intake.errors.js';
import { IntakeService, type UploadRequest } from './intake.service.js';
import type { Upload } from './upload.entity.js';
import { UploadDiscarder } from './upload-discarder.js';
import { UploadFinisher } from './upload-finisher.js';
import { UploadWriter } from './upload-writer.js';

/** What a door tells while one request carries a whole file. */
export interface SingleRequest {
  readonly upload: UploadRequest;
  /** Called when everything has been checked and the body may come. */
  onAccepted(): void;
  /** The file's bytes; asked for after `onAccepted`. */
  content(upload: Upload): Promise<AsyncIterable<Uint8Array>>;
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
  ) {}

  async store(principal: UploadPrincipal, request: SingleRequest): Promise<Archive> {
    const earlier = await this.earlier(principal, request.upload);
    if (earlier) return earlier;
    const { upload, isNew } = await this.intake.begin(principal, request.upload);
    if (!isNew) return this.answerOf(upload, request.upload);
    try {
      request.onAccepted();
      const written = await this.writer.append(principal, upload.id, 0, await request.content(upload), {
        canContinue: false,
      });
      await request.onEnd?.();
      if (written.durableBytes === 0) throw intakeErrors.fileEmpty();
      if (upload.declaredBytes !== null && written.durableBytes !== upload.declaredBytes) throw intakeErrors.bodyCut();
      return await this.finisher.finish(upload.id);
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
  private async earlier(principal: UploadPrincipal, request: UploadRequest): Promise<Archive | undefined> {
    const { clientKey } = request;
    const upload = clientKey === undefined ? null : await this.intake.findByClientKey(principal, clientKey);
    if (!upload) return undefined;
    if (this.discarder.isReplaceable(upload)) {
      await this.discarder.discard(upload.id);
      return undefined;
    }
    return this.answerOf(upload, request);
  }

  private async answerOf(upload: Upload, request: UploadRequest): Promise<Archive> {
    // The answer would say that this file is stored, and it would be lost.
    if (isOtherFile(upload, request)) throw intakeErrors.headerInvalid('Idempotency-Key', 'another one for each file');
    if (upload.state === 'receiving') throw intakeErrors.sameKey();
    return this.finisher.finish(upload.id);
  }
}

/** Whether the request plainly carries something else than the upload with the same key did. */
function isOtherFile(upload: Upload, { name, isNameMade, declaredBytes, declaredSha256 }: UploadRequest): boolean {
  const differs = <Fact>(one: Fact | null | undefined, other: Fact | null | undefined): boolean =>
    one !== null && one !== undefined && other !== null && other !== undefined && one !== other;
  return (
    (!isNameMade && differs(name, upload.name)) ||
    differs(declaredBytes, upload.declaredBytes) ||
    differs(declaredSha256, upload.sha256 ?? upload.declaredSha256)
  );
}
