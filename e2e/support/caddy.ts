import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listens } from './listens.js';

const SAMPLE = join(import.meta.dirname, '../../docker/proxies/Caddyfile');

/** Caddy with docker/proxies/Caddyfile before a server; without TLS, for which it would ask for a certificate. */
export class Caddy {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    private readonly said: () => string,
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
    const child = spawn('caddy', ['run', '--config', config, '--adapter', 'caddyfile'], {
      env: { PATH: process.env.PATH, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    if (!(await listens(child, port))) throw new Error(`Caddy did not start:\n${said}`);
    return new Caddy(child, directory, () => said);
  }

  /** What it has printed: its log, and a line for each request. */
  get output(): string {
    return this.said();
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await exited;
    rmSync(this.directory, { recursive: true, force: true });
  }
}
