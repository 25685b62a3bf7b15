import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { errorCode } from '@logs-collector/runtime/error-code';
import type { Endpoint, SafeConnect } from '@logs-collector/runtime/safe-connect';
import { retryAfterMs } from '../backoff.js';
import type { Batch, BatchLimits } from '../batch.js';
import { type Channel, type ChannelObserver, DeliveryError, type Transport } from './channel.js';
import { failureText } from './failure-text.js';
import type { TlsMaterial } from './stream-transport.js';

export interface HttpTransportOptions {
  readonly guard: SafeConnect;
  /** Its scheme is `http` or `https`. */
  readonly endpoint: Endpoint;
  /** With the query. */
  readonly path: string;
  /** `Logplex-Drain-Token`. */
  readonly drainToken: string;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly isCompressed?: boolean;
  readonly tls?: TlsMaterial;
  readonly responseTimeoutMs?: number;
  readonly now?: () => number;
}

const DEFAULT_RESPONSE_TIMEOUT_MS = 30_000;
const IDLE_CONNECTION_MS = 30_000;
/** What an answer may say beyond its status; one that says more, or takes longer, loses its connection. */
const MAX_ANSWER_BYTES = 65_536;
const ANSWER_TIMEOUT_MS = 1_000;
const compress = promisify(gzip);

/** Logplex over HTTP(S): one POST a batch; each channel has one under way, so that its packets keep their order. */
export class HttpTransport implements Transport {
  readonly limits: BatchLimits = { bytes: 1024 * 1024, packets: 10_000, lingerMs: 50, joinMs: 0 };
  readonly isConnectionProof = false;
  readonly growAfterMs = 500;
  /** Its own: the global one may go through HTTP_PROXY. */
  private readonly agent: PlainAgent;

  constructor(private readonly options: HttpTransportOptions) {
    const agentOptions = { keepAlive: true, timeout: IDLE_CONNECTION_MS };
    this.agent =
      options.endpoint.scheme === 'https'
        ? new TlsAgent({ ...agentOptions, ...options.tls, minVersion: 'TLSv1.2' })
        : new PlainAgent(agentOptions);
  }

  async connect(observer: ChannelObserver): Promise<Channel> {
    return new HttpChannel(this.options, this.agent, observer);
  }
}

class HttpChannel implements Channel {
  readonly closed: Promise<DeliveryError>;
  isReady = true;
  private readonly end: (error: DeliveryError) => void;
  private readonly aborted = new AbortController();
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: HttpTransportOptions,
    private readonly agent: PlainAgent,
    private readonly observer: ChannelObserver,
  ) {
    const { promise, resolve } = Promise.withResolvers<DeliveryError>();
    this.closed = promise;
    this.end = resolve;
  }

  ready(): Promise<void> {
    return this.sending;
  }

  send(batch: Batch): void {
    this.isReady = false;
    this.sending = this.post(batch)
      .finally(() => {
        this.isReady = !this.aborted.signal.aborted;
      })
      .then(
        () => this.observer.delivered([batch]),
        (error: unknown) => this.observer.failed(batch, error),
      );
  }

  async close(deadlineMs: number): Promise<void> {
    const timer = setTimeout(() => this.destroy(), deadlineMs);
    await this.ready();
    clearTimeout(timer);
    this.destroy();
  }

  destroy(): void {
    this.isReady = false;
    this.aborted.abort();
    this.end(new DeliveryError('The connection was ended.'));
  }

  private async post(batch: Batch): Promise<void> {
    const plain = batch.framed('logplex');
    const body = this.options.isCompressed ? await compress(plain) : plain;
    const response = await this.exchange(batch, body, true);
    await readToEnd(response);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return;
    // Redirects are not followed: they could lead where drains must not go.
    const isRefused = status >= 300 && status < 500 && status !== 408 && status !== 429;
    throw new DeliveryError(`The receiver answered ${status}.`, {
      isRefused,
      retryAfterMs: retryAfterMs(response.headers['retry-after'], (this.options.now ?? Date.now)()),
    });
  }

  private async exchange(batch: Batch, body: Buffer, mayRepeat: boolean): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const timeout = AbortSignal.timeout(this.options.responseTimeoutMs ?? DEFAULT_RESPONSE_TIMEOUT_MS);
    const request = this.options.endpoint.scheme === 'https' ? tlsRequest : plainRequest;
    try {
      const outgoing = request({
        ...this.options.guard.socketOptions(this.options.endpoint),
        method: 'POST',
        path: this.options.path,
        headers: this.headers(batch, body.byteLength),
        agent: this.agent,
        signal: AbortSignal.any([this.aborted.signal, timeout]),
      });
      outgoing.on('error', (error) => {
        // The receiver had closed an idle connection: nothing was wrong with the request.
        if (mayRepeat && outgoing.reusedSocket && errorCode(error) === 'ECONNRESET')
          resolve(this.exchange(batch, body, false));
        else reject(error);
      });
      outgoing.on('response', resolve);
      outgoing.on('upgrade', (_response, socket) => {
        socket.destroy();
        reject(new DeliveryError('The receiver wants to speak another protocol (101).'));
      });
      outgoing.on('close', () => reject(new DeliveryError('The receiver closed the connection.')));
      outgoing.end(body);
      return await promise;
    } catch (cause) {
      const text = timeout.aborted ? 'The receiver did not answer in time.' : failureText(cause);
      throw cause instanceof DeliveryError ? cause : new DeliveryError(text, { cause });
    }
  }

  private headers(batch: Batch, length: number): Record<string, string | number> {
    const { credentials, drainToken, isCompressed } = this.options;
    const basic = credentials && Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
    return {
      'Content-Type': 'application/logplex-1',
      'Content-Length': length,
      'Logplex-Msg-Count': batch.packets.length,
      'Logplex-Frame-Id': batch.id,
      'Logplex-Drain-Token': drainToken,
      'User-Agent': 'Logplex/v72',
      ...(isCompressed ? { 'Content-Encoding': 'gzip' } : {}),
      ...(basic === undefined ? {} : { Authorization: `Basic ${basic}` }),
    };
  }
}

/** Reads what follows the status, so that the connection can be used again. The status has said it all: nothing rejects. */
async function readToEnd(response: IncomingMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => response.destroy(), ANSWER_TIMEOUT_MS);
  let bytes = 0;
  response
    .on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > MAX_ANSWER_BYTES) response.destroy();
    })
    .on('error', () => undefined)
    .on('close', resolve);
  await promise;
  clearTimeout(timer);
}
