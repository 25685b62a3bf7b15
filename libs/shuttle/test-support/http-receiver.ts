import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { LineLedger } from './line-ledger.ts';

/** What to do with one request; `accept` counts its lines. */
export type Behaviour = (exchange: { accept: () => void; response: ServerResponse; turn: number }) => unknown;

/** A Logplex receiver that can be told to misbehave. */
export class HttpReceiver {
  readonly ledger = new LineLedger();
  readonly requests: { headers: IncomingHttpHeaders; url: string; messages: readonly string[] }[] = [];
  inFlight = 0;
  mostInFlight = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    public behave: Behaviour,
  ) {}

  static async start(behave: Behaviour = HttpReceiver.accepting, tls?: ServerOptions): Promise<HttpReceiver> {
    const listener: RequestListener = (request, response) => void receiver.answer(request, response);
    const server = tls ? createTlsServer(tls, listener) : createServer(listener);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new HttpReceiver(server, (server.address() as AddressInfo).port, behave);
    return receiver;
  }

  static readonly accepting: Behaviour = ({ accept, response }) => {
    accept();
    response.writeHead(204).end();
  };

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    response.on('close', () => {
      this.inFlight -= 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const messages = unframed(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
    this.requests.push({ headers: request.headers, url: request.url ?? '', messages });
    const accept = (): void => {
      for (const message of messages) this.ledger.add(message);
    };
    this.behave({ accept, response, turn: this.requests.length });
  }
}

/** RFC 6587 octet counting, where the length counts a newline at the end; throws where a length is wrong. */
function unframed(body: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at < body.byteLength; ) {
    const space = body.indexOf(' ', at);
    const length = Number(body.subarray(at, space).toString());
    const message = body.subarray(space + 1, space + 1 + length).toString();
    if (!Number.isInteger(length) || !message.endsWith('\n')) throw new Error(`No frame at ${at}.`);
    messages.push(message.slice(0, -1));
    at = space + 1 + length;
  }
  return messages;
}
