import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between the program and a PostgreSQL server, so that a test can take the server away and give it back. */
export class DatabaseLine {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private isDown = false;

  private constructor(private readonly target: URL) {
    this.server = createServer((client) => this.carry(client));
  }

  static async to(databaseUrl: string): Promise<DatabaseLine> {
    const line = new DatabaseLine(new URL(databaseUrl));
    await new Promise<void>((resolve) => line.server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  /** The address of the database through this line. */
  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Ends all connections and lets no new one through. */
  down(): void {
    this.isDown = true;
    for (const socket of this.sockets) socket.destroy();
  }

  up(): void {
    this.isDown = false;
  }

  async close(): Promise<void> {
    this.down();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private carry(client: Socket): void {
    if (this.isDown) {
      client.destroy();
      return;
    }
    const target = connect(Number(this.target.port), this.target.hostname);
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}
