import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { freePort } from '../../scripts/test-support/free-port.ts';

/** As long as lines arrive, they are waited for. */
const QUIET_LIMIT_MS = 60_000;

/** Receives syslog over TCP, a packet a line. */
export class LineReceiver {
  readonly lines: string[] = [];
  /** What stands after the header of every packet. */
  readonly texts: string[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.server = server;
    server.on('connection', (socket) => this.take(socket));
  }

  /** On a free port, or on one that was ours before. */
  static async listen(port?: number): Promise<LineReceiver> {
    const server = createServer().listen(port ?? (await freePort()), '127.0.0.1');
    await once(server, 'listening');
    return new LineReceiver(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `syslog+tcp://127.0.0.1:${this.port}`;
  }

  /** Resolves when `isDone` says so of the texts; rejects with their number when no more come. */
  async until(isDone: (texts: readonly string[]) => boolean): Promise<void> {
    for (let [count, since] = [this.lines.length, Date.now()]; !isDone(this.texts); await delay(50)) {
      if (this.lines.length > count) [count, since] = [this.lines.length, Date.now()];
      if (Date.now() - since > QUIET_LIMIT_MS) throw new Error(`Only ${this.lines.length} lines arrived.`);
    }
  }

  /** Breaks every connection in the middle, as a receiver that restarts does. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.reset();
    this.server.close();
    await once(this.server, 'close');
  }

  private take(socket: Socket): void {
    this.sockets.add(socket);
    let rest = '';
    socket
      .setEncoding('utf8')
      .on('data', (chunk: string) => {
        const parts = (rest + chunk).split('\n');
        rest = parts.pop() ?? '';
        this.lines.push(...parts);
        this.texts.push(...parts.map((line) => line.replace(/^(?:\S+ ){7}/, '')));
      })
      .on('error', () => undefined)
      .on('close', () => this.sockets.delete(socket));
  }
}
