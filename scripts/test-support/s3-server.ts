import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { s3ServerPath } from '../s3-server.mjs';
import { freePort } from './free-port.ts';

const START_LIMIT_MS = 20_000;
const CREDENTIALS = { accessKeyId: 'test-access', secretAccessKey: 'test-secret-of-no-value' };
const BUCKET = 'archives';

/** A real S3 server of its own on a free port of loopback, with one empty bucket. */
export class S3Server {
  readonly credentials = CREDENTIALS;
  readonly bucket = BUCKET;
  readonly directory = mkdtempSync(join(tmpdir(), 'logs-collector-s3-'));
  private child: ChildProcess | undefined;

  readonly port: number;

  private constructor(port: number) {
    this.port = port;
    mkdirSync(join(this.directory, BUCKET));
  }

  static async start(): Promise<S3Server> {
    const server = new S3Server(await freePort());
    await server.resume();
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts the program (again), on the same port and the same bytes. */
  async resume(): Promise<void> {
    const child = spawn(
      s3ServerPath,
      ['--port', `127.0.0.1:${this.port}`, '--health', '/health', '--keep-alive', '--quiet', 'posix', this.directory],
      {
        env: { ROOT_ACCESS_KEY: CREDENTIALS.accessKeyId, ROOT_SECRET_KEY: CREDENTIALS.secretAccessKey },
        stdio: 'ignore',
      },
    );
    this.child = child;
    for (const deadline = Date.now() + START_LIMIT_MS; Date.now() < deadline; await delay(20)) {
      if (child.exitCode !== null) break;
      if (await this.isHealthy()) return;
    }
    throw new Error('The S3 server did not start.');
  }

  /** Kills the program; its bytes stay. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async isHealthy(): Promise<boolean> {
    try {
      return (await fetch(`${this.endpoint}/health`)).ok;
    } catch {
      return false;
    }
  }
}
