import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningProcess } from '../../scripts/test-support/running-process.js';

const SAMPLE = join(import.meta.dirname, '../../docker/proxies/Caddyfile');

/** Caddy with docker/proxies/Caddyfile before a server; without TLS, for which it would ask for a certificate. */
export class Caddy {
  private constructor(
    private readonly process: RunningProcess,
    private readonly directory: string,
  ) {}

  static async start(port: number, upstreamPort: number): Promise<Caddy> {
    const directory = mkdtempSync(join(tmpdir(), 'logs-collector-caddy-'));
    const config = join(directory, 'Caddyfile');
    const site = `{\n\tadmin off\n\tauto_https off\n}\nhttp://127.0.0.1:${port} {\n\tbind 127.0.0.1\n`;
    const sample = readFileSync(SAMPLE, 'utf8');
    writeFileSync(
      config,
      sample.replace('logs.example.com {\n', site).replace('127.0.0.1:8000', `127.0.0.1:${upstreamPort}`),
    );
    const places = { HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory };
    const command = ['caddy', 'run', '--config', config, '--adapter', 'caddyfile'];
    const caddy = new RunningProcess(command, { PATH: process.env.PATH, ...places });
    await caddy.untilListening(port);
    return new Caddy(caddy, directory);
  }

  /** What it has printed: its log, and a line for each request. */
  get output(): string {
    return this.process.output;
  }

  async stop(): Promise<void> {
    await this.process.end();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
