import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/test-support/free-port.js';
import { RunningProcess } from '../../scripts/test-support/running-process.js';

const PASSWORD = 'a redis password';

/** A real Redis on a free port of loopback, which asks for a password. */
export class TestRedis {
  private constructor(
    private readonly port: number,
    private readonly process: RunningProcess,
    private readonly directory: string,
  ) {}

  static async start(): Promise<TestRedis> {
    const directory = mkdtempSync(join(tmpdir(), 'logshuttle-redis-'));
    const port = await freePort();
    const args = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--dir', directory];
    const redis = new RunningProcess(['redis-server', ...args, '--requirepass', PASSWORD], process.env);
    await redis.untilListening(port);
    return new TestRedis(port, redis, directory);
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
    await this.process.end('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }
}
