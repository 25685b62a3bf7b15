import { DetailedError, type HttpRequest, type HttpResponse, Upload as TusUpload } from 'tus-js-client';
import type { UploadSource } from '../sources/upload-source.js';
import type { Refusal } from './failure.js';

const UPLOADS = '/api/v1/uploads';
/**
 * Slices are read when they are sent, so this is no memory; proxies that keep a request to its end stay usable. It has a
 * price in Chromium: a part of a file passes through its main process, a whole one would be read where it is sent.
 */
const CHUNK_BYTES = 64 * 1024 * 1024;
/** Browsers see a refusal only when all of the request has left; the first one of a try therefore carries little. */
const FIRST_CHUNK_BYTES = 1024 * 1024;

export interface TransferOrder {
  readonly source: UploadSource;
  readonly token: string;
  readonly key: string;
  readonly remoteId: string | undefined;
}

export interface TransferEvents {
  /** The server has given the upload its id. */
  located(remoteId: string): void;
  moved(bytes: number): void;
  secured(bytes: number): void;
  /** Every byte is there. */
  ended(): void;
  /** `refusal` is missing where no answer came; `hasReason` is false where an answer could not say why. */
  failed(refusal: Refusal | undefined, hasReason: boolean): void;
}

/** One try to bring a source to its end, by tus. It does not try again: when, the engine decides. */
export class Transfer {
  readonly #upload: TusUpload;
  #isStopped = false;

  constructor({ source, token, key, remoteId }: TransferOrder, events: TransferEvents) {
    /** Bytes that the server has already where the creation finds an upload by its key. */
    let foundBytes = 0;
    const upload = new TusUpload(source.blob, {
      // Not both: with an endpoint, whatever the server answers about a known upload would begin a new one.
      ...(remoteId === undefined ? { endpoint: UPLOADS } : { uploadUrl: `${UPLOADS}/${remoteId}` }),
      headers: { 'Upload-Token': token, ...(remoteId === undefined && { 'Upload-Key': key }) },
      metadata: { filename: source.name, filetype: source.mediaType },
      chunkSize: FIRST_CHUNK_BYTES,
      retryDelays: null,
      storeFingerprintForResuming: false,
      onAfterResponse: (request: HttpRequest, response: HttpResponse) => {
        const offset = Number(response.getHeader('Upload-Offset') ?? Number.NaN);
        if (this.#isStopped || response.getStatus() >= 300 || Number.isNaN(offset)) return;
        if (request.getMethod() === 'POST') foundBytes = offset;
        if (request.getMethod() === 'PATCH') upload.options.chunkSize = CHUNK_BYTES;
        events.secured(offset);
      },
      onUploadUrlAvailable: () => {
        if (this.#isStopped || remoteId !== undefined) return;
        events.located(idOf(upload.url));
        if (foundBytes === 0) return;
        // It would begin at the first byte; started again, it asks where it stands.
        foundBytes = 0;
        void upload.abort();
        setTimeout(() => this.#isStopped || upload.start());
      },
      onProgress: (bytes) => this.#isStopped || events.moved(bytes),
      onSuccess: () => this.#isStopped || events.ended(),
      onError: (error) => {
        if (this.#isStopped) return;
        const response = error instanceof DetailedError ? error.originalResponse : null;
        const isHead = error instanceof DetailedError && error.originalRequest.getMethod() === 'HEAD';
        events.failed(response ? refusalOf(response) : undefined, !isHead);
      },
    });
    this.#upload = upload;
    upload.start();
  }

  /** Ends the request; no event comes after it. */
  stop(): void {
    this.#isStopped = true;
    void this.#upload.abort();
  }
}

function idOf(url: string | null): string {
  return url?.split('/').at(-1) ?? '';
}

function refusalOf(response: HttpResponse): Refusal {
  const problem = parsed(response.getBody());
  const text = (name: string): string => (typeof problem[name] === 'string' ? problem[name] : '');
  return {
    status: response.getStatus(),
    code: text('code') || 'unknown',
    detail: text('detail'),
    requestId: text('request_id') || undefined,
    retryAfterSeconds: Number(response.getHeader('Retry-After')) || undefined,
  };
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
