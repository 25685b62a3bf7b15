import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Launched, TestServer } from '../../e2e/support/server.ts';
import { Admin } from '../../e2e/support/staff.ts';

/** The server of another checkout, which has to be built. */
class OtherServer extends TestServer {
  private readonly root: string;

  constructor(root: string, environment: Readonly<Record<string, string>>) {
    super(environment);
    this.root = root;
  }

  protected override launch(environment: Readonly<Record<string, string | undefined>>): Launched {
    const main = join(this.root, 'apps/api/bundle/main.js');
    return spawn(process.execPath, [main], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

/** Our server, logged in, with tokens that last for a whole measurement. */
export class BenchServer {
  readonly server: TestServer;
  readonly admin: Admin;
  private tickets = 0;

  private constructor(server: TestServer, admin: Admin) {
    this.server = server;
    this.admin = admin;
  }

  /** @param root of another checkout, whose server is started instead of this one's. */
  static async start(environment: Record<string, string>, root?: string): Promise<BenchServer> {
    const all = { MIN_FREE_BYTES: '1MiB', ...environment };
    const server = root === undefined ? new TestServer(all) : new OtherServer(root, all);
    await server.start();
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

  /** Processor time that our server has used so far, in ms, by itself and in the kernel. */
  cpuMs(): number {
    // Fields 14 and 15, counted from the name in brackets, in ticks of 1/100 s (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${this.server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** A value of /proc/PID/status in MB, for example VmHWM. */
  memoryMb(field: 'VmHWM' | 'VmRSS'): number {
    const line = readFileSync(`/proc/${this.server.pid}/status`, 'utf8')
      .split('\n')
      .find((text) => text.startsWith(field));
    return Number(/\d+/.exec(line ?? '')?.[0]) / 1_000;
  }
}
