import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { freePort } from '../../../scripts/test-support/free-port.ts';
import { LineLedger } from './line-ledger.ts';

/** A syslog receiver over TCP or TLS, newline framing, that can be told to misbehave. */
export class StreamReceiver {
  readonly sockets = new Set<Socket>();
  connections = 0;
  /** Ends so many connections, each after so many lines: by a reset, or politely. */
  cuts: { readonly afterLines: number; readonly how: 'reset' | 'close'; times: number } | undefined;
  /** Connections are accepted and never read. */
  isStalled = false;
  bytes = 0;
  onConnection: (socket: Socket) => void = () => undefined;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    readonly ledger: LineLedger,
  ) {}

  static async start(options: { tls?: TlsOptions; port?: number; ledger?: LineLedger } = {}): Promise<StreamReceiver> {
    const accept = (socket: Socket): void => receiver.accept(socket);
    const server = options.tls ? createTlsServer(options.tls, accept) : createServer(accept);
    server.listen(options.port ?? (await freePort()), '127.0.0.1');
    await once(server, 'listening');
    const receiver = new StreamReceiver(
      server,
      (server.address() as AddressInfo).port,
      options.ledger ?? new LineLedger(),
    );
    return receiver;
  }

  resume(): void {
    this.isStalled = false;
    for (const socket of this.sockets) socket.resume();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    this.onConnection(socket);
    let rest = '';
    let lines = 0;
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      this.bytes += chunk.length;
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        if (socket.destroyed) return;
        this.ledger.add(line);
        lines += 1;
        if (this.cuts && this.cuts.times > 0 && lines === this.cuts.afterLines) {
          this.cuts.times -= 1;
          if (this.cuts.how === 'reset') socket.resetAndDestroy();
          else socket.destroy();
        }
      }
    });
    if (this.isStalled) socket.pause();
  }
}
