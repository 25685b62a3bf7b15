import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../scripts/test-support/free-port.ts';

/** What is shipped: the bundle of the API. */
export const MAIN = join(import.meta.dirname, '../../apps/api/bundle/main.js');
/** Far beyond what it takes, also where many others want the same two cores. */
const START_LIMIT_MS = 90_000;

export const ADMIN = { username: 'admin', password: 'a long walk to the lighthouse' } as const;

/** A process whose output comes through pipes. */
export type Launched = ChildProcessByStdio<null, Readable, Readable>;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The shipped program as a process of its own, on a free port of loopback, with a data directory of its own. */
export class TestServer {
  readonly dataDir: string;
  protected readonly startLimitMs: number = START_LIMIT_MS;
  private child: Launched | undefined;
  private exited: Promise<Exit> = Promise.resolve({ code: null, signal: null });
  private text = '';
  private boundPort = 0;

  readonly environment: Readonly<Record<string, string>>;

  /** `environment` is added to what every server of the tests gets; the port stays the same over restarts. */
  constructor(environment: Readonly<Record<string, string>> = {}) {
    this.environment = environment;
    this.dataDir = environment.DATA_DIR ?? mkdtempSync(join(tmpdir(), 'logs-collector-e2e-'));
  }

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<TestServer> {
    const server = new TestServer(environment);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.boundPort}`;
  }

  get port(): number {
    return this.boundPort;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Process ids of its worker processes, as the kernel knows them. */
  children(): number[] {
    return readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Everything the process has printed, over all its starts. */
  get output(): string {
    return this.text;
  }

  /** Starts the process (again) and resolves when it listens; else rejects with its output, and the process is gone. */
  async start(extra: Readonly<Record<string, string>> = {}): Promise<void> {
    const from = this.text.length;
    this.boundPort ||= await freePort();
    const child = this.spawn(extra);
    for (const deadline = Date.now() + this.startLimitMs; Date.now() < deadline; await delay(10)) {
      const line = this.text
        .slice(from)
        .split('\n')
        .find((candidate) => candidate.includes('"msg":"listening"'));
      if (line) {
        this.boundPort = Number((JSON.parse(line) as { port: number }).port);
        return;
      }
      if (child.exitCode !== null || child.signalCode !== null) break;
    }
    // What it printed last arrives with its end.
    await this.kill();
    throw new Error(`The server did not start:\n${this.text.slice(from)}`);
  }

  /** Kills the process with a signal that it cannot see, and waits until the kernel has let go of it. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }

  /** Ends the process as an orchestrator does. */
  async stop(): Promise<Exit> {
    this.signal('SIGTERM');
    return this.exited;
  }

  /** Resolves when the process has ended by itself. */
  whenExited(): Promise<Exit> {
    return this.exited;
  }

  async restart(extra: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.stop();
    await this.start(extra);
  }

  /** Ends the process and removes its data; a DATA_DIR that a test has given is the test's to remove. */
  async dispose(): Promise<void> {
    await this.kill();
    if (!this.environment.DATA_DIR) rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Files under blobs/, uploads/ and quarantine/, as paths relative to the data directory. */
  files(): string[] {
    return ['blobs', 'uploads', 'quarantine'].flatMap((name) =>
      readdirSync(join(this.dataDir, name), { recursive: true, encoding: 'utf8' })
        .map((path) => join(name, path))
        // One that is removed meanwhile is no longer there.
        .filter((path) => statSync(join(this.dataDir, path), { throwIfNoEntry: false })?.isFile()),
    );
  }

  protected launch(environment: Readonly<Record<string, string | undefined>>): Launched {
    return spawn(process.execPath, [MAIN], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  protected signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  private spawn(extra: Readonly<Record<string, string>>): Launched {
    const child = this.launch({
      PATH: process.env.PATH,
      // As `npm start` has it: without, the C library keeps the memory of each password check (docs/operations.md).
      MALLOC_MMAP_THRESHOLD_: '1048576',
      HOST: '127.0.0.1',
      PORT: String(this.boundPort),
      DATA_DIR: this.dataDir,
      MIN_FREE_BYTES: '64MiB',
      ADMIN_USERNAME: ADMIN.username,
      ADMIN_PASSWORD: ADMIN.password,
      ...this.environment,
      ...extra,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk;
      });
    }
    this.exited = new Promise((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal }));
      child.on('error', ({ message }) => {
        this.text += `${message}\n`;
      });
    });
    this.child = child;
    return child;
  }
}
