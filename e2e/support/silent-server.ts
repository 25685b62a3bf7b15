import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Takes connections on loopback and never says a word, as a process does that stands still. */
export class SilentServer {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.sockets.add(socket.on('error', () => undefined));
      socket.resume();
    });
  }

  static async listen(): Promise<SilentServer> {
    const silent = new SilentServer(createServer());
    await new Promise<void>((resolve) => silent.server.listen(0, '127.0.0.1', resolve));
    return silent;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}
