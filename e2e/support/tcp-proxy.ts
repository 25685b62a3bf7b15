import { type AddressInfo, createServer, type Server, Socket } from 'node:net';

/** The way a client's bytes go, and the way the answers come back. */
export type Direction = 'up' | 'down';

interface Pair {
  client: Socket;
  target: Socket;
}

/**
 * RST, where that is possible: a socket whose FIN is still on its way cannot be reset. libuv refuses, Node then forgets
 * to close the handle, and the process never gets past its own clean-up.
 */
function reset(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.writableEnded || socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}

/**
 * A line that can be made bad while it is in use: stands on 127.0.0.1 before a target, counts the bytes of both
 * directions, and cuts, resets, delays, throttles, stalls or refuses, as its switches say.
 */
export class TcpProxy {
  /** Bytes that went through since the start, over all connections. */
  readonly passed: Record<Direction, number> = { up: 0, down: 0 };
  connections = 0;
  /** Milliseconds every piece waits before it goes on. */
  delayMs = 0;
  /** Bytes per second over all connections and for each direction; 0 is without a limit. */
  bytesPerSecond = 0;
  #stalled = false;
  #stallAt = Number.POSITIVE_INFINITY;
  #refusing = false;
  readonly #cuts: { direction: Direction; after: number; how: 'reset' | 'close' }[] = [];
  readonly #pairs = new Set<Pair>();
  readonly #waiting = new Set<() => void>();
  readonly #busyUntil: Record<Direction, number> = { up: 0, down: 0 };
  readonly #server: Server;
  #port = 0;
  readonly #targetPort: number;
  readonly #targetHost: string;

  constructor(targetPort: number, targetHost = '127.0.0.1') {
    this.#targetPort = targetPort;
    this.#targetHost = targetHost;
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => this.#accept(client));
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    this.cutNow('close');
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Cuts whatever is connected once so many more bytes have gone that way. Cuts are served in the order of their count. */
  cutAfter(bytes: number, direction: Direction = 'up', how: 'reset' | 'close' = 'reset'): void {
    this.#cuts.push({ direction, after: this.passed[direction] + bytes, how });
  }

  cutNow(how: 'reset' | 'close' = 'reset'): void {
    for (const { client, target } of this.#pairs) {
      for (const socket of [client, target]) how === 'reset' ? reset(socket) : socket.destroy();
    }
    this.#pairs.clear();
  }

  get cutsLeft(): number {
    return this.#cuts.length;
  }

  /** Connections stay, nothing moves: what a dead line looks like. */
  stall(on: boolean): void {
    this.#stalled = on;
    this.#stallAt = Number.POSITIVE_INFINITY;
    if (on) return;
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }

  /** As `stall(true)`, by itself, once so many more bytes have gone up. */
  stallAfter(bytes: number): void {
    this.#stallAt = this.passed.up + bytes;
  }

  /** New connections are reset at once. */
  refuse(on: boolean): void {
    this.#refusing = on;
  }

  /** Cuts everything and refuses for a while. */
  down(ms: number): void {
    this.refuse(true);
    this.cutNow();
    setTimeout(() => this.refuse(false), ms).unref();
  }

  #accept(client: Socket): void {
    this.connections += 1;
    if (this.#refusing) {
      client.on('error', () => {});
      reset(client);
      return;
    }
    const target = new Socket({ allowHalfOpen: true }).connect(this.#targetPort, this.#targetHost);
    // While nobody listens there, a connection can meet itself: port and target port the same.
    target.on('connect', () => target.localPort === this.#targetPort && target.destroy());
    const pair = { client, target };
    this.#pairs.add(pair);
    this.#carry(pair, client, target, 'up');
    this.#carry(pair, target, client, 'down');
  }

  #carry(pair: Pair, from: Socket, to: Socket, direction: Direction): void {
    from.on('error', () => reset(to));
    from.on('close', () => {
      if (to.destroyed) this.#pairs.delete(pair);
      else to.destroySoon(); // what was passed on before still arrives
    });
    // One piece after the other: reading goes on only when the last piece is through.
    let last = Promise.resolve();
    from.on('data', (bytes) => {
      from.pause();
      last = this.#pass(bytes, to, direction).then(() => {
        from.resume();
      });
    });
    from.on('end', () => void last.then(() => to.end()));
    from.resume();
  }

  async #pass(bytes: Buffer, to: Socket, direction: Direction): Promise<void> {
    if (this.delayMs > 0) await this.#sleep(this.delayMs);
    if (this.passed.up >= this.#stallAt) this.#stalled = true;
    if (this.#stalled) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    if (this.bytesPerSecond > 0) {
      const start = Math.max(Date.now(), this.#busyUntil[direction]);
      this.#busyUntil[direction] = start + (bytes.length / this.bytesPerSecond) * 1000;
      await this.#sleep(this.#busyUntil[direction] - Date.now());
    }
    const cut = this.#cuts.find((one) => one.direction === direction);
    const allowed = cut ? Math.min(bytes.length, cut.after - this.passed[direction]) : bytes.length;
    if (allowed > 0 && !to.destroyed) {
      this.passed[direction] += allowed;
      await new Promise<void>((resolve) => {
        to.once('close', resolve);
        to.write(bytes.subarray(0, allowed), () => {
          to.off('close', resolve);
          resolve();
        });
      });
    }
    if (cut && this.passed[direction] >= cut.after) {
      this.#cuts.splice(this.#cuts.indexOf(cut), 1);
      this.cutNow(cut.how);
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
  }
}
