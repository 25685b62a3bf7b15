import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Launched, TestServer } from './server.ts';

const MAIN = join(import.meta.dirname, '../../apps/shuttle/bundle/main.js');

export const AUTH_KEY = 'a key that only the tests have';

/** A drain as the management interface shows it. */
export interface ManagedDrain {
  readonly id: string;
  readonly paused: boolean;
  readonly state: Readonly<Record<string, unknown>> & {
    readonly status: string;
    readonly instances: number;
    readonly sent: number;
    readonly buffered_records: number;
    readonly buffered_bytes: number;
  };
}

/** The shipped log shuttle. It reads what the broker of a test has from its start, and may reach receivers of the test. */
export class TestShuttle extends TestServer {
  constructor(brokers: string, environment: Readonly<Record<string, string>> = {}) {
    super({ KAFKA_HOSTS: brokers, KAFKA_FROM: 'earliest', DRAIN_ALLOW_NETS: 'loopback', AUTH_KEY, ...environment });
  }

  /** Where it listens for Envoys since its last start, with RUN_ISTIO_ALS. */
  get accessLogPort(): number {
    const line = this.output.split('\n').findLast((text) => text.includes('"msg":"listening for access logs"'));
    return line === undefined ? 0 : Number((JSON.parse(line) as { port: number }).port);
  }

  /** Asks with the key; a body is called a form, as `curl -d` does. */
  request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const type: Record<string, string> =
      body === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' };
    return fetch(`${this.url}${path}`, {
      method,
      headers: { Authorization: AUTH_KEY, ...type, ...headers },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Registers a drain and answers its id. */
  async addDrain(path: string, url: string): Promise<string> {
    const response = await this.request('POST', path, { url });
    if (response.status !== 201) throw new Error(`No drain: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { id: string }).id;
  }

  /** Adds a drain by the management interface; throws where the status is another. */
  async manage(status: number, body: Readonly<Record<string, unknown>>): Promise<ManagedDrain> {
    const response = await this.request('POST', '/drains', body);
    const text = await response.text();
    if (response.status !== status) throw new Error(`POST /drains: ${response.status} ${text}`);
    return JSON.parse(text) as ManagedDrain;
  }

  async change(id: string, body: Readonly<Record<string, unknown>>): Promise<{ status: number; body: unknown }> {
    const response = await this.request('PATCH', `/drains/${id}`, body);
    return { status: response.status, body: await response.json() };
  }

  /** Status and body of the answer. `query` may name a ticket. */
  async sendLines(id: string, lines: readonly string[], query = ''): Promise<readonly [number, unknown]> {
    const body = lines.map((line) => `${line}\n`).join('');
    const response = await this.request('POST', `/drains/${id}/lines?${query}`, body);
    return [response.status, await response.json()];
  }

  protected override launch(environment: Readonly<Record<string, string | undefined>>): Launched {
    return spawn(process.execPath, [MAIN], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  }
}
