import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/test-support/free-port.js';
import { RunningProcess } from '../../scripts/test-support/running-process.js';

/** The server and the shuttle. */
const JOBS = 2;
const MONITORING = join(import.meta.dirname, '../../docker/monitoring');

export interface QueryResult {
  readonly metric: Readonly<Record<string, string>>;
  /** Time and value. */
  readonly value: readonly [number, string];
}

interface Reply<T> {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly data: T;
}

/** A Prometheus with the configuration of docker/monitoring; only addresses and the secret are replaced. */
export class Prometheus {
  private constructor(
    private readonly process: RunningProcess,
    private readonly directory: string,
    private readonly port: number,
  ) {}

  /** @param shuttle has its metrics on its own port, with a secret */
  static async start(
    targetPort: number,
    shuttle: { readonly port: number; readonly secret: string },
  ): Promise<Prometheus> {
    const directory = mkdtempSync(join(tmpdir(), 'logs-collector-prometheus-'));
    cpSync(MONITORING, directory, { recursive: true });
    const secretFile = join(directory, 'secret');
    writeFileSync(secretFile, shuttle.secret);
    let configuration = readFileSync(join(MONITORING, 'prometheus.yaml'), 'utf8');
    for (const [inSample, here] of [
      ['"logs-collector:9090"', `"127.0.0.1:${targetPort}"`],
      ['"logs-collector-shuttle:5000"', `"127.0.0.1:${shuttle.port}"`],
      ['/run/secrets/logs-collector-shuttle-metrics', secretFile],
    ] as const) {
      if (!configuration.includes(inSample)) throw new Error(`The sample has no ${inSample} any more.`);
      configuration = configuration.replace(inSample, here);
    }
    const faster = 'global: { scrape_interval: 1s, evaluation_interval: 1s }\n';
    writeFileSync(join(directory, 'prometheus.yaml'), faster + configuration);
    const port = await freePort();
    const options = {
      ...{ 'config.file': `${directory}/prometheus.yaml`, 'storage.tsdb.path': `${directory}/data` },
      'web.listen-address': `127.0.0.1:${port}`,
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    const prometheus = new RunningProcess(['prometheus', ...args], process.env);
    await prometheus.untilListening(port);
    return new Prometheus(prometheus, directory, port);
  }

  /** Resolves when it has scraped each of its targets `times` times at least, and has evaluated every alert. */
  async hasSeen(times: number): Promise<void> {
    await this.process.until(async () => {
      const counts = await this.query('count_over_time(up[1h])').catch(() => []);
      const isScraped = counts.length === JOBS && counts.every(({ value: [, count] }) => Number(count) >= times);
      return isScraped && (await this.rules()).every(({ health }) => health !== 'unknown');
    }, 'Prometheus to scrape');
  }

  async query(expression: string): Promise<readonly QueryResult[]> {
    const reply = await this.ask<{ result: QueryResult[] }>(`query?query=${encodeURIComponent(expression)}`);
    return reply.result;
  }

  /** Every alert rule with how its evaluation went. */
  async rules(): Promise<readonly { name: string; health: string; state: string }[]> {
    const reply = await this.ask<{ groups: { rules: { name: string; health: string; state: string }[] }[] }>('rules');
    return reply.groups.flatMap((group) => group.rules);
  }

  async stop(): Promise<void> {
    await this.process.end();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async ask<T>(path: string): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/api/v1/${path}`);
    const reply = (await answer.json()) as Reply<T>;
    if (reply.status !== 'success') throw new Error(`${path}: ${reply.error}`);
    return reply.data;
  }
}

/** Runs `promtool`, and answers what it prints; throws where it finds a fault. */
export function promtool(...args: readonly string[]): string {
  return execFileSync('promtool', args, { encoding: 'utf8', cwd: MONITORING, stdio: 'pipe' });
}
