import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3ServerPath } from '../s3-server.mjs';
import { freePort } from './free-port.ts';
import { RunningProcess } from './running-process.ts';

const CREDENTIALS = { accessKeyId: 'test-access', secretAccessKey: 'test-secret-of-no-value' };
const BUCKET = 'archives';

/** A real S3 server of its own on a free port of loopback, with one empty bucket. */
export class S3Server {
  readonly credentials = CREDENTIALS;
  readonly bucket = BUCKET;
  readonly directory = mkdtempSync(join(tmpdir(), 'logs-collector-s3-'));
  private process: RunningProcess | undefined;

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
    return this.process?.child.pid ?? 0;
  }

  /** Starts the program (again), on the same port and the same bytes. */
  async resume(): Promise<void> {
    const address = ['--port', `127.0.0.1:${this.port}`, '--health', '/health'];
    const started = new RunningProcess([s3ServerPath, ...address, '--keep-alive', '--quiet', 'posix', this.directory], {
      ...{ ROOT_ACCESS_KEY: CREDENTIALS.accessKeyId, ROOT_SECRET_KEY: CREDENTIALS.secretAccessKey },
    });
    this.process = started;
    await started.until(() => this.isHealthy(), 'the S3 server');
  }

  /** Kills the program; its bytes stay. */
  async kill(): Promise<void> {
    await this.process?.end('SIGKILL');
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
