import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What may happen to a request on its way. `cut` lets it through and loses the answer; `accept` only pretends to do it; `wait` lets it through later. */
export type S3Fault =
  | { readonly kind: 'answer'; readonly status: number; readonly code: string }
  | { readonly kind: 'accept' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'wait'; readonly until: Promise<unknown> };

/** Stands before an S3 server and does to single requests what networks and services do. */
export class S3Line {
  /** Every request so far: its method, and its path and query with what differs from run to run taken out. */
  readonly steps: string[] = [];
  /** Asked for each request, with its step and its number from 1. */
  decide: (step: string, number: number) => S3Fault | undefined = () => undefined;
  private readonly server: Server;

  private constructor(private readonly targetPort: number) {
    this.server = createServer((request, response) => this.carry(request, response));
  }

  static async before(targetPort: number): Promise<S3Line> {
    const line = new S3Line(targetPort);
    await new Promise<void>((resolve) => line.server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private carry(request: IncomingMessage, response: ServerResponse): void {
    const step = stepOf(request);
    this.steps.push(step);
    const fault = this.decide(step, this.steps.length);
    // A client that is killed leaves its requests in the middle.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'refuse') return void request.socket.destroy();
    if (fault?.kind === 'accept') return void request.resume().on('end', () => response.writeHead(200).end());
    if (fault?.kind === 'answer') {
      request.resume().on('end', () => {
        response.writeHead(fault.status, { 'Content-Type': 'application/xml' });
        response.end(`<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>made by a test</Message></Error>`);
      });
      return;
    }
    if (fault?.kind === 'wait') return void fault.until.then(() => this.forward(request, response));
    this.forward(request, response, fault?.kind === 'cut');
  }

  private forward(request: IncomingMessage, response: ServerResponse, isCut = false): void {
    const { method, url, headers } = request;
    const onward = forward({ host: '127.0.0.1', port: this.targetPort, method, path: url, headers }, (answer) => {
      if (isCut) {
        answer.resume().on('end', () => request.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => request.socket.destroy());
    request.pipe(onward);
  }
}

function stepOf({ method, url = '' }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const query = [...searchParams.keys()].filter((name) => name !== 'x-id').sort();
  const folder = pathname.split('/').slice(3, 4).join('') || 'bucket';
  return `${method} ${folder}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}
