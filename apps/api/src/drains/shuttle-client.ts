import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Inject, Injectable } from '@nestjs/common';
import { CodedError } from '../common/errors/coded-error.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { drainErrors } from './drains.errors.js';
import { errorOf } from './shuttle-problems.js';

export interface ShuttleRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below SHUTTLE_URL, its parts encoded. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Lines of a log, sent as they are, in place of a body. */
  readonly lines?: Uint8Array;
  /** How long the whole answer may take. */
  readonly limitMs?: number;
  /** Ends the asking, however far it is. */
  readonly signal?: AbortSignal;
}

export interface ShuttleAnswer {
  /** Undefined for an empty body. */
  readonly body: unknown;
  readonly headers: Headers;
}

interface Target {
  readonly url: string;
  readonly key: string;
}

const LIMIT_MS = 10_000;
/** A thousand drains, each with all that can be said of it, are less than that. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** Speaks with the log shuttle. Where that does not answer as it should, the error says which of the two has to be mended. */
@Injectable()
export class ShuttleClient {
  private readonly target: Target | undefined;

  constructor(@Inject(SETTINGS) { SHUTTLE_URL: url, SHUTTLE_AUTH_KEY: key }: ShuttleSettings) {
    this.target = url === undefined || key === undefined ? undefined : { url, key };
  }

  get isConfigured(): boolean {
    return this.target !== undefined;
  }

  /** @throws CodedError for every answer that is no success */
  async ask({ limitMs = LIMIT_MS, signal: ending, ...request }: ShuttleRequest): Promise<ShuttleAnswer> {
    const limit = AbortSignal.timeout(limitMs);
    const signal = ending ? AbortSignal.any([ending, limit]) : limit;
    return this.reached(async () => {
      const response = await this.send(request, signal);
      const text = await boundedText(response);
      if (!response.ok) throw errorOf(response.status, text);
      return { body: text === '' ? undefined : parsed(text), headers: response.headers };
    });
  }

  /** An answer that lasts, as it comes; ends with the signal. It must begin within the usual time. */
  async stream(path: string, signal: AbortSignal): Promise<Readable> {
    const starting = new AbortController();
    const timer = setTimeout(() => starting.abort(), LIMIT_MS);
    return this.reached(async () => {
      try {
        const response = await this.send({ method: 'GET', path }, AbortSignal.any([signal, starting.signal]));
        if (!response.ok) throw errorOf(response.status, await boundedText(response));
        if (!response.body) throw new Error('The answer has no body.');
        return Readable.fromWeb(response.body as ReadableStream<Uint8Array>, { signal });
      } finally {
        clearTimeout(timer);
      }
    });
  }

  private async reached<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof CodedError ? error : drainErrors.unreachable(error);
    }
  }

  private send({ method, path, body, lines }: ShuttleRequest, signal: AbortSignal): Promise<Response> {
    if (!this.target) throw drainErrors.notConfigured();
    return fetch(`${this.target.url}${path}`, {
      method,
      // The key goes to this address alone.
      redirect: 'error',
      signal,
      headers: {
        Authorization: this.target.key,
        Accept: 'application/json, text/plain',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(lines === undefined ? {} : { 'Content-Type': 'text/plain; charset=utf-8' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(lines === undefined ? {} : { body: lines }),
    });
  }
}

type ShuttleSettings = Pick<Settings, 'SHUTTLE_URL' | 'SHUTTLE_AUTH_KEY'>;

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_ANSWER_BYTES) throw new Error('The answer is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error('The answer is not JSON.', { cause });
  }
}
