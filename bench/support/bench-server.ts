import { readFileSync } from 'node:fs';
import { TestServer } from '../../e2e/support/server.ts';
import { Admin } from '../../e2e/support/staff.ts';

/** Our server, logged in, with tokens that last for a whole measurement. */
export class BenchServer {
  readonly server: TestServer;
  readonly admin: Admin;
  private tickets = 0;

  private constructor(server: TestServer, admin: Admin) {
    this.server = server;
    this.admin = admin;
  }

  static async start(environment: Record<string, string>): Promise<BenchServer> {
    const server = await TestServer.start({ MIN_FREE_BYTES: '1MiB', ...environment });
    const admin = await Admin.enrolled(server);
    await admin.createPlatform();
    return new BenchServer(server, admin);
  }

  get url(): string {
    return this.server.url;
  }

  /** A new ticket's token. */
  async token(): Promise<string> {
    this.tickets += 1;
    return (await this.admin.createTicket(`BENCH-${this.tickets}`, { attempts: 100 })).token;
  }

  /** Removes what was uploaded, so that a small memory file system suffices. */
  async deleteTickets(): Promise<void> {
    for (; this.tickets > 0; this.tickets -= 1)
      await this.admin.expect(204, 'DELETE', `/api/v1/tickets/BENCH-${this.tickets}`);
  }

  /** A value of /proc/PID/status in MB, for example VmHWM. */
  memoryMb(field: 'VmHWM' | 'VmRSS'): number {
    const line = readFileSync(`/proc/${this.server.pid}/status`, 'utf8')
      .split('\n')
      .find((text) => text.startsWith(field));
    return Number(/\d+/.exec(line ?? '')?.[0]) / 1_000;
  }
}
