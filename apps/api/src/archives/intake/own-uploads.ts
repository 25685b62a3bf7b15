import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { CodedError } from '../../common/errors/coded-error.js';
import { TicketDirectory } from '../../tickets/ticket-directory.js';
import { InternalTokens } from '../../tokens/internal-tokens.js';
import type { UploadPrincipal } from '../../tokens/upload-principal.js';
import { IntakeService } from './intake.service.js';
import type { Upload } from './upload.entity.js';
import { UploadDiscarder } from './upload-discarder.js';
import { UploadFinisher } from './upload-finisher.js';
import { UploadWriter } from './upload-writer.js';
import { UploadsRepository } from './uploads.repository.js';

/** An upload that this server makes itself. */
export interface OwnUpload {
  readonly id: string;
  readonly principal: UploadPrincipal;
  /** Everything below survives whatever happens. */
  readonly durableBytes: number;
}

export interface OwnArchive {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * The corridor for what this server itself puts into a ticket: the same checks, digest and steps as for a customer's upload,
 * with a token of its own, so that the customer's tokens and attempts are not touched.
 */
@Injectable()
export class OwnUploads {
  private readonly logger = new Logger('uploads');

  constructor(
    private readonly tokens: InternalTokens,
    private readonly tickets: TicketDirectory,
    private readonly intake: IntakeService,
    private readonly writer: UploadWriter,
    private readonly finisher: UploadFinisher,
    private readonly discarder: UploadDiscarder,
    private readonly uploads: UploadsRepository,
  ) {}

  /** Refuses as every door does: ticket resolved, no space. */
  async begin(
    ticket: { readonly id: string; readonly number: string },
    file: { readonly name: string; readonly mediaType: string },
  ): Promise<OwnUpload> {
    const principal = await this.tokens.issue(ticket);
    try {
      const { upload } = await this.intake.begin(principal, { ...file, door: 'capture', declaredBytes: null });
      return { id: upload.id, principal, durableBytes: 0 };
    } catch (error) {
      await this.tokens.withdraw(principal.tokenId).catch((reason: unknown) => {
        this.logger.warn({ msg: 'a token that nobody knows could not be taken back', error: reason });
      });
      throw error;
    }
  }

  /** One that another process has begun, at what is durable; undefined where it takes nothing more. */
  async resume(uploadId: string): Promise<OwnUpload | undefined> {
    const upload = await this.uploads.find(uploadId);
    if (upload?.state !== 'receiving') return undefined;
    const { id, tokenId, ticketId, durableBytes } = upload;
    const ticketNumber = (await this.tickets.describe([ticketId])).get(ticketId)?.number ?? '';
    return { id, principal: { tokenId, ticketId, ticketNumber }, durableBytes };
  }

  /** Durable when it resolves. All of the bytes, or none of them: the upload never ends in the midst of an append. */
  async append({ id, principal, durableBytes }: OwnUpload, bytes: Uint8Array): Promise<OwnUpload> {
    const digest = createHash('sha256').update(bytes).digest('hex');
    const written = await this.writer.append(principal, id, durableBytes, oneChunk(bytes), {
      canContinue: false,
      checksum: { algorithm: 'sha256', digest },
    });
    return { id, principal, durableBytes: written.durableBytes };
  }

  /**
   * Makes an archive of what is durable; undefined where that is nothing, and where the upload is gone. May be repeated:
   * the archive is the same.
   */
  async finish(uploadId: string): Promise<OwnArchive | undefined> {
    const upload = await this.uploads.find(uploadId);
    if (!upload || upload.state === 'deleting') return undefined;
    if (upload.durableBytes === 0) {
      await this.discard(upload);
      return undefined;
    }
    try {
      return await this.finisher.finish(uploadId);
    } catch (error) {
      if (error instanceof CodedError && error.kind.status === 404) return undefined;
      throw error;
    }
  }

  /** Throws away an upload that is still coming in; one that is further is left alone. */
  async cancel(uploadId: string): Promise<void> {
    const upload = await this.uploads.find(uploadId);
    if (upload) await this.discard(upload);
  }

  private async discard({ id, tokenId }: Upload): Promise<void> {
    await this.discarder.discard(id);
    if (!(await this.uploads.find(id))) await this.tokens.withdraw(tokenId);
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
