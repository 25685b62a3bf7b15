import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

const MAIN = join(import.meta.dirname, '../../apps/api/bundle/main.js');

// A process is started several times in one test, perhaps on a busy machine.
jest.setTimeout(120_000);

interface Server {
  readonly child: ChildProcess;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  output(): string;
  /** The line that says where it listens. */
  listening(): Promise<{ port: number; started_in_ms: number }>;
}

let directory: string;
let servers: Server[];

function start(environment: Record<string, string> = {}): Server {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', DATA_DIR: directory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  const server: Server = {
    child,
    exited,
    output: () => output,
    listening: async () => {
      for (;;) {
        const line = output.split('\n').find((text) => text.includes('"msg":"listening"'));
        if (line) return JSON.parse(line);
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The server ended: ${output}`);
        await delay(10);
      }
    },
  };
  servers.push(server);
  return server;
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logs-collector-process-'));
  servers = [];
});

afterEach(async () => {
  for (const { child } of servers) child.kill('SIGKILL');
  await Promise.all(servers.map(({ exited }) => exited));
  rmSync(directory, { recursive: true, force: true });
});

describe('The server process', () => {
  it('names every wrong setting in plain lines, without values and stack, and exits with 1', async () => {
    const server = start({
      PORT: 'eighty',
      ALLOWED_HOSTS: 'http://canary',
      UPLOAD_TTL: 'canary',
      LOG_LEVEL: 'loud',
      ADMIN_USERNAME: '',
      ADMIN_PASSWORD: 'canary',
    });
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.output().trim().split('\n')).toEqual([
      'The settings cannot be used:',
      expect.stringMatching(/^ {2}- PORT must be a whole number/),
      expect.stringMatching(/^ {2}- ALLOWED_HOSTS must be/),
      expect.stringMatching(/^ {2}- LOG_LEVEL must be one of/),
      expect.stringMatching(/^ {2}- UPLOAD_TTL must be a duration/),
      expect.stringMatching(/^ {2}- ADMIN_USERNAME and ADMIN_PASSWORD must be set together/),
      expect.stringMatching(/^ {2}- ADMIN_PASSWORD must have at least/),
    ]);
    expect(server.output()).not.toContain('canary');
    expect(readdirSync(directory)).toEqual([]);
  });

  it("refuses the original's data directory and touches nothing", async () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'db.sqlite3'), 'original');
    const server = start();
    expect((await server.exited).code).toBe(1);
    expect(server.output()).toContain('import-logs-collector');
    expect(readdirSync(directory)).toEqual(['db.sqlite3']);
  });

  it('warns of settings of the original and starts', async () => {
    const server = start({ GUNICORN_BIND: '0.0.0.0:80' });
    const { port } = await server.listening();
    expect(server.output()).toContain('GUNICORN_BIND is not used any more; set HOST and PORT instead.');
    // Its checks may take longer than they are given on a machine that has much else to do.
    while ((await fetch(`http://127.0.0.1:${port}/health/ready`)).status !== 200) await delay(50);
    expect(statSync(join(directory, 'secret.key')).mode & 0o777).toBe(0o600);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s', async (signal) => {
    const server = start();
    await server.listening();
    server.child.kill(signal);
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  it('names the port that another program has', async () => {
    const { port } = await start().listening();
    const second = start({ PORT: String(port), DATA_DIR: join(directory, 'other') });
    expect((await second.exited).code).toBe(1);
    expect(second.output()).toContain(`PORT ${port} is in use by another program.`);
    expect(second.output()).not.toContain('could not start');
  });

  it('ends at once on a second signal', async () => {
    const server = start();
    const { port } = await server.listening();
    // A client that asks for more than all buffers hold and reads nothing: its requests stay under way.
    const ask = 'GET /api/docs/assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n\r\n';
    const reader = connect(port, '127.0.0.1', () => reader.write(ask.repeat(20)));
    reader.on('error', () => undefined);
    await once(reader, 'data');
    reader.pause();
    server.child.kill('SIGTERM');
    while (!server.output().includes('"msg":"shutting down"')) await delay(10);
    await delay(300);
    expect(server.child.exitCode).toBeNull();
    server.child.kill('SIGTERM');
    expect(await server.exited).toEqual({ code: 143, signal: null });
    reader.destroy();
  });

  it('does not start beside another on the same SQLite file, but after it was killed', async () => {
    const first = start();
    await first.listening();
    const second = start();
    expect((await second.exited).code).toBe(1);
    expect(second.output()).toContain('another running server');
    first.child.kill('SIGKILL');
    await first.exited;
    await start().listening();
  });
});
