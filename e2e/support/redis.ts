import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/test-support/free-port.js';
import { listens } from './listens.js';

const PASSWORD = 'a redis password';

/** A real Redis on a free port of loopback, which asks for a password. */
export class TestRedis {
  private constructor(
    private readonly port: number,
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  static async start(): Promise<TestRedis> {
    const directory = mkdtempSync(join(tmpdir(), 'logshuttle-redis-'));
    const port = await freePort();
    const args = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--dir', directory];
    const child = spawn('redis-server', [...args, '--requirepass', PASSWORD], { stdio: 'ignore' });
    if (!(await listens(child, port))) throw new Error('Redis did not start.');
    return new TestRedis(port, child, directory);
  }

  get url(): string {
    return `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.port}`;
  }

  get urlWithoutPassword(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Runs one command and answers what redis-cli prints. */
  run(...command: string[]): string {
    const env = { PATH: process.env.PATH, REDISCLI_AUTH: PASSWORD };
    return execFileSync('redis-cli', ['-p', String(this.port), ...command], { encoding: 'utf8', env });
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
    rmSync(this.directory, { recursive: true, force: true });
  }
}
