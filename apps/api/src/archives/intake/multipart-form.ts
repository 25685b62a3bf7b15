import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { intakeErrors } from './intake.errors.js';

/** The form part that carries the file, as the original's uploader names it. */
const FILE_PART = 'file';
const MAX_FIELDS = 16;
const MAX_FIELD_BYTES = 64 * 1024;
const MAX_HEADER_PAIRS = 32;

export interface FilePart {
  readonly fileName: string | undefined;
  readonly mediaType: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Reads a `multipart/form-data` body (RFC 7578) with exactly one file, as a stream. */
export class MultipartForm {
  private readonly busboy: BusboyInstance;
  private readonly firstFile: Promise<FilePart>;
  private readonly finished: Promise<void>;
  private failure: Error | undefined;
  private content: Readable | undefined;

  constructor(headers: IncomingHttpHeaders) {
    const contentType = headers['content-type'] ?? '';
    if (!/^multipart\/form-data\s*;.*boundary=[^;\s]/i.test(contentType)) throw intakeErrors.fileMissing();
    this.busboy = parserFor(headers, contentType);
    this.firstFile = new Promise((resolve, reject) => {
      this.busboy.on('file', (field, stream, fileName, _encoding, mediaType) => {
        const part = this.accept(field, stream, fileName, mediaType);
        if (part) resolve(part);
      });
      this.busboy.on('finish', () => reject(this.failure ?? intakeErrors.fileMissing()));
      this.busboy.on('error', (cause) => reject(this.fail(intakeErrors.multipartBroken(cause))));
    });
    this.finished = new Promise((resolve) => {
      this.busboy.on('finish', resolve);
      this.busboy.on('error', () => resolve());
    });
    this.firstFile.catch(() => undefined);
  }

  /** Feeds the body. Never rejects; what went wrong shows at `file` and `end`. */
  async pump(body: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of body) {
        if (this.failure) return;
        if (!this.busboy.write(chunk)) await Promise.race([once(this.busboy, 'drain'), this.finished]);
      }
      this.busboy.end();
    } catch (error) {
      this.fail(error instanceof Error ? error : intakeErrors.multipartBroken(error));
      this.busboy.destroy(this.failure);
    }
  }

  /** The one file; its content has to be read for the form to go on. */
  file(): Promise<FilePart> {
    return this.firstFile;
  }

  /** Resolves when the form is complete and held nothing but one file. */
  async end(): Promise<void> {
    await this.finished;
    if (this.failure) throw this.failure;
  }

  private accept(
    field: string,
    stream: BusboyFileStream,
    fileName: string | undefined,
    mediaType: string,
  ): FilePart | undefined {
    // A part can fail while nobody reads it, and an event "error" that nobody hears would end the process. Whoever
    // reads the part later meets the error there.
    stream.on('error', () => undefined);
    if (field === FILE_PART && !this.content) {
      this.content = stream;
      return { fileName, mediaType, content: this.contentOf(stream) };
    }
    if (field === FILE_PART) this.fail(intakeErrors.severalFiles());
    stream.resume();
    return undefined;
  }

  private async *contentOf(stream: Readable): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stream.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
    } catch (cause) {
      throw this.failure ?? intakeErrors.multipartBroken(cause);
    }
    if (this.failure) throw this.failure;
  }

  private fail(error: Error): Error {
    this.failure ??= error;
    this.content?.destroy(this.failure);
    return this.failure;
  }
}

/** The parser throws where it cannot begin, for example with a boundary longer than RFC 2046 allows. */
function parserFor(headers: IncomingHttpHeaders, contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': contentType },
      preservePath: true,
      limits: { files: 2, fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES, headerPairs: MAX_HEADER_PAIRS },
    });
  } catch (cause) {
    throw intakeErrors.multipartBroken(cause);
  }
}
