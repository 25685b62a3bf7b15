import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { freePort } from './free-port.js';
import { Archives, filePart, metadata, type Receipt, type Token, Upload } from './reference-archives.js';

export interface Refusal {
  status: number;
  code?: string;
  detail?: string;
  headers?: Record<string, string>;
  /** Answers as an unknown machine on the way would: with a page. */
  html?: boolean;
  /** Which requests are refused; all when not given. */
  when?: (method: string, path: string, headers: IncomingHttpHeaders) => boolean;
  /** How many times; for ever when not given. */
  times?: number;
}

export interface Seen {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
}

/**
 * What the contract says of the customers' doors (tus, multipart, check/token), for tests of clients: nothing beyond,
 * everything in memory, with switches for the things that go wrong.
 */
export class ReferenceServer {
  readonly archives = new Archives();
  readonly tokens = new Map<string, Token>();
  readonly uploads = new Map<string, Upload>();
  readonly seen: Seen[] = [];
  /** Knows only the original's request. */
  multipartOnly = false;
  /** Under which path everything is found, as behind a reverse proxy that takes it away: Location does not have it. */
  prefix = '';
  refusal: Refusal | null = null;
  /** How long the last bytes take to be put away. */
  finalisingMs = 0;
  /** How often the answer to the PATCH that completes an upload gets lost. */
  dropLastAnswers = 0;
  /** Says another digest than that of what came. */
  lies = false;
  /** Called with every piece of a body, before it is counted. */
  onBytes: (upload: Upload) => void = () => {};
  readonly #keys = new Map<string, string>();
  #server: Server;
  #port = 0;

  constructor() {
    this.#server = this.#make();
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.prefix}`;
  }

  async start(): Promise<this> {
    this.#port ||= await freePort();
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** All connections are cut, nothing answers for a while, what was acknowledged is still there. */
  async restart(downMs: number): Promise<void> {
    await this.stop();
    this.#server = this.#make();
    await new Promise((resolve) => setTimeout(resolve, downMs));
    await this.start();
  }

  count(method: string): number {
    return this.seen.filter((one) => one.method === method).length;
  }

  #make(): Server {
    const server = createServer({ requestTimeout: 0 }, (request, response) => this.#answer(request, response));
    server.on('checkContinue', (request, response: ServerResponse) => {
      if (this.#admits(request, response)) {
        response.writeContinue();
        this.#route(request, response);
      }
    });
    return server;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.#admits(request, response)) this.#route(request, response);
  }

  #path(request: IncomingMessage): string {
    const path = (request.url ?? '').replace(/\/$/, '');
    return path.startsWith(`${this.prefix}/`) ? path.slice(this.prefix.length) : '/elsewhere';
  }

  /** Everything that is decided before the first byte of a body. */
  #admits(request: IncomingMessage, response: ServerResponse): boolean {
    const method = request.method ?? '';
    const path = this.#path(request);
    this.seen.push({ method, path, headers: request.headers });
    request.on('error', () => {});
    const refusal = this.refusal;
    if (refusal && (refusal.when?.(method, path, request.headers) ?? true) && refusal.times !== 0) {
      if (refusal.times !== undefined) refusal.times -= 1;
      request.resume();
      if (refusal.html) response.writeHead(refusal.status, { 'content-type': 'text/html' }).end('<html>no</html>');
      else this.#problem(response, refusal.status, refusal.code ?? 'refused', refusal.detail ?? 'no', refusal.headers);
      return false;
    }
    const inUrl = /^\/api\/v1\/check\/token\/(.+)$/.exec(path)?.[1];
    const value = inUrl ?? request.headers['upload-token'];
    if (value === undefined) {
      this.#problem(response, 401, 'token_required', 'Header Upload-Token is required', {
        'www-authenticate': 'Token',
      });
      return false;
    }
    const token = this.tokens.get(String(value).trim());
    if (!token) {
      this.#problem(response, inUrl ? 404 : 403, 'token_unknown', 'The upload token is unknown');
      return false;
    }
    const opens = method === 'POST' || method === 'PATCH';
    if (opens && token.resolved) {
      this.#problem(response, 423, 'ticket_resolved', 'The ticket is resolved');
      return false;
    }
    if (method === 'POST' && token.attempts <= 0) {
      // A known key leads to an upload that is already paid for.
      if (this.#byKey(request)) return true;
      this.#problem(response, 423, 'attempts_exhausted', 'No attempts are left');
      return false;
    }
    return true;
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    const value = request.headers['upload-token'];
    const path = this.#path(request);
    const method = request.method ?? '';
    const token = this.tokens.get(String(value ?? path.split('/').at(-1)).trim());
    if (!token) return;
    if (path.startsWith('/api/v1/check/token')) {
      this.#json(response, 200, { attempts: token.attempts, resolved: token.resolved, ticket: token.ticket });
    } else if (path === '/api/v1/archives' && method === 'POST') {
      this.#multipart(request, response, token);
    } else if (this.multipartOnly) {
      request.resume();
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not Found</h1>');
    } else if (path === '/api/v1/uploads' && method === 'POST') {
      this.#create(request, response);
    } else {
      const upload = this.uploads.get(/^\/api\/v1\/uploads\/([0-9a-f]+)$/.exec(path)?.[1] ?? '');
      if (!upload || upload.token !== String(value).trim()) this.#problem(response, 404, 'not_found', 'Not found');
      else if (method === 'HEAD') this.#head(upload, response);
      else if (method === 'PATCH') this.#patch(upload, token, request, response);
      else if (method === 'GET') this.#state(upload, response);
      else this.#problem(response, 405, 'method_not_allowed', 'Not here');
    }
  }

  #byKey(request: IncomingMessage): Upload | undefined {
    const key = request.headers['upload-key'];
    return this.uploads.get(this.#keys.get(`${request.headers['upload-token']} ${key}`) ?? '');
  }

  #create(request: IncomingMessage, response: ServerResponse): void {
    const length = request.headers['upload-length'];
    if (request.headers['tus-resumable'] !== '1.0.0') {
      this.#problem(response, 412, 'tus_version', 'tus 1.0.0');
      return;
    }
    if (length === undefined && request.headers['upload-defer-length'] !== '1') {
      this.#problem(response, 400, 'length_missing', 'Upload-Length or Upload-Defer-Length is required');
      return;
    }
    if (length === '0') {
      this.#problem(response, 400, 'file_empty', 'The file is empty');
      return;
    }
    let upload = this.#byKey(request);
    if (!upload) {
      const name = metadata(String(request.headers['upload-metadata'])).get('filename') ?? '';
      const token = String(request.headers['upload-token']).trim();
      upload = new Upload(token, name, length === undefined ? null : Number(length));
      this.uploads.set(upload.id, upload);
      this.#keys.set(`${request.headers['upload-token']} ${request.headers['upload-key']}`, upload.id);
    }
    response.writeHead(201, { location: `/api/v1/uploads/${upload.id}`, 'tus-resumable': '1.0.0' }).end();
  }

  #head(upload: Upload, response: ServerResponse): void {
    if (Date.now() < upload.finalisingUntil) {
      this.#problem(response, 503, 'finalising', '', { 'retry-after': '1' });
      return;
    }
    response.writeHead(200, {
      'tus-resumable': '1.0.0',
      'cache-control': 'no-store',
      'upload-offset': String(upload.offset),
      ...(upload.length === null ? { 'upload-defer-length': '1' } : { 'upload-length': String(upload.length) }),
    });
    response.end();
  }

  #patch(upload: Upload, token: Token, request: IncomingMessage, response: ServerResponse): void {
    upload.displace?.();
    if (request.headers['content-type'] !== 'application/offset+octet-stream') {
      this.#problem(response, 415, 'content_type', 'application/offset+octet-stream is needed');
      return;
    }
    if (Number(request.headers['upload-offset']) !== upload.offset) {
      this.#problem(response, 409, 'offset_mismatch', `The offset is ${upload.offset}`);
      return;
    }
    if (request.headers['upload-length'] !== undefined) upload.length = Number(request.headers['upload-length']);
    let displaced = false;
    upload.displace = () => {
      displaced = true;
      this.#problem(response, 409, 'upload_locked', 'Another writer has taken over', { connection: 'close' });
      request.resume();
    };
    request.on('data', (bytes: Buffer) => {
      if (displaced) return;
      if (token.resolved) {
        displaced = true;
        this.#problem(response, 423, 'ticket_resolved', 'The ticket is resolved', { connection: 'close' });
        return;
      }
      this.onBytes(upload);
      upload.append(upload.length === null ? bytes : bytes.subarray(0, Math.max(0, upload.length - upload.offset)));
    });
    request.on('close', () => {
      if (!displaced) upload.displace = null;
    });
    request.on('end', () => {
      if (displaced) return;
      upload.displace = null;
      if (upload.offset === upload.length) this.#finalise(upload, token, response);
      else response.writeHead(204, { 'tus-resumable': '1.0.0', 'upload-offset': String(upload.offset) }).end();
    });
  }

  #finalise(upload: Upload, token: Token, response: ServerResponse): void {
    const sha256 = this.lies ? '0'.repeat(64) : upload.sha256();
    upload.receipt = this.archives.store(token.ticket, token, upload.name, upload.offset, sha256);
    upload.finalisingUntil = Date.now() + this.finalisingMs;
    if (this.dropLastAnswers > 0) {
      this.dropLastAnswers -= 1;
      response.socket?.resetAndDestroy();
      return;
    }
    const headers = {
      'tus-resumable': '1.0.0',
      'upload-offset': String(upload.offset),
      'upload-archive': upload.receipt.id,
      'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    };
    setTimeout(() => response.writeHead(204, headers).end(), this.finalisingMs);
  }

  #state(upload: Upload, response: ServerResponse): void {
    if (Date.now() < upload.finalisingUntil) {
      this.#problem(response, 503, 'finalising', '', { 'retry-after': '1' });
      return;
    }
    this.#json(response, 200, upload.receipt ?? { id: upload.id, offset: upload.offset, length: upload.length });
  }

  #multipart(request: IncomingMessage, response: ServerResponse, token: Token): void {
    const chunks: Buffer[] = [];
    request.on('data', (bytes: Buffer) => chunks.push(bytes));
    request.on('end', () => {
      const part = filePart(request.headers['content-type'] ?? '', Buffer.concat(chunks));
      if (!part?.bytes.length) {
        this.#problem(response, 400, 'file_missing', 'The part file is missing or empty');
        return;
      }
      const sha256 = createHash('sha256').update(part.bytes).digest('hex');
      this.#json(response, 201, this.archives.store(token.ticket, token, part.name, part.bytes.length, sha256));
    });
  }

  #json(response: ServerResponse, status: number, body: Receipt | Record<string, unknown>): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  #problem(response: ServerResponse, status: number, code: string, detail: string, headers = {}): void {
    if (response.headersSent) return;
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
    response.end(JSON.stringify({ type: 'about:blank', title: 'Problem', status, code, detail, error: detail }));
  }
}
