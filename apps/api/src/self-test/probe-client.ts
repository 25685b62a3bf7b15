import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '@logs-collector/runtime/error-code';
import { PAUSE_MS, PROBE_PATH, type ProbeEcho, type ProbeOutcome, TICKET_HEADER } from './self-test.rules.js';

const LIMIT_MS = 5_000;
/** No answer to the head of a request in this time: somebody waits for its body. */
const HEAD_LIMIT_MS = 2_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const PIECE = Buffer.alloc(64 * 1024, 'self-test ');

interface Probe {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly limitMs?: number;
  /** Writes the body; without it, the request ends with its head where it declares no body. */
  readonly write?: (send: (piece: Buffer) => void) => Promise<void>;
  readonly waitsForContinue?: boolean;
}

/** Asks this server by the address that people use, with nothing between the wire and what is measured. */
export class ProbeClient {
  /** `publicUrl` is PUBLIC_URL and nothing that came in a request: only there do these requests go. */
  constructor(
    private readonly publicUrl: string,
    private readonly ticket: string,
  ) {}

  /** A body in two pieces with a pause between them. */
  sendInPieces(): Promise<ProbeOutcome> {
    return this.send({
      method: 'PUT',
      path: 'body',
      headers: { 'Content-Length': 2 * PIECE.length },
      write: async (send) => {
        send(PIECE);
        await delay(PAUSE_MS);
        send(PIECE);
      },
    });
  }

  /** The head of a request that declares a body of so many bytes, and none of them. */
  declare(bytes: number): Promise<ProbeOutcome> {
    return this.send({
      method: 'PUT',
      path: 'size',
      headers: { 'Content-Length': bytes },
      limitMs: HEAD_LIMIT_MS,
      write: () => new Promise(() => undefined),
    });
  }

  receiveInPieces(): Promise<ProbeOutcome> {
    return this.send({ method: 'GET', path: 'stream' });
  }

  sendWhenAsked(): Promise<ProbeOutcome> {
    return this.send({
      method: 'PUT',
      path: 'body',
      headers: { 'Content-Length': PIECE.length, Expect: '100-continue' },
      waitsForContinue: true,
      write: async (send) => send(PIECE),
    });
  }

  private async send(probe: Probe): Promise<ProbeOutcome> {
    const url = new URL(`${this.publicUrl}/${PROBE_PATH}/${probe.path}`);
    const signal = AbortSignal.timeout(probe.limitMs ?? LIMIT_MS);
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: probe.method,
      agent: false,
      signal,
      headers: { 'Content-Type': 'application/octet-stream', [TICKET_HEADER]: this.ticket, ...probe.headers },
    });
    try {
      const response = new Promise<IncomingMessage>((resolve, reject) => {
        request.once('response', resolve);
        request.on('error', reject);
      });
      const asked = new Promise((resolve) => request.once('continue', resolve));
      request.flushHeaders();
      void response.catch(() => undefined);
      if (probe.waitsForContinue) await Promise.race([asked, response]);
      void probe.write?.((piece) => request.write(piece)).then(() => request.end());
      if (!probe.write) request.end();
      return await outcomeOf(await response);
    } catch (error) {
      return { kind: 'none', reason: signal.aborted ? 'timeout' : (errorCode(error) ?? 'unknown') };
    } finally {
      request.destroy();
    }
  }
}

async function outcomeOf(response: IncomingMessage): Promise<ProbeOutcome> {
  const begun = performance.now();
  const chunks: Buffer[] = [];
  let length = 0;
  let firstMs: number | undefined;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    firstMs ??= performance.now() - begun;
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  const spreadMs = performance.now() - begun - (firstMs ?? 0);
  return { kind: 'answer', status: response.statusCode ?? 0, spreadMs, echo: echoOf(Buffer.concat(chunks)) };
}

/** Undefined where somebody else answered. */
function echoOf(body: Buffer): ProbeEcho | undefined {
  try {
    const echo = JSON.parse(body.toString('utf8')) as Partial<ProbeEcho>;
    return typeof echo.host === 'string' ? (echo as ProbeEcho) : undefined;
  } catch {
    return undefined;
  }
}
