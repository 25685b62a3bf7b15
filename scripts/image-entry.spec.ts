import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const sources = join(import.meta.dirname, '../docker/image');
const TELL = "console.log(import.meta.filename.split('/').slice(-3).join('/'), ...process.argv.slice(1));";

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logs-collector-entry-'));
  for (const name of ['entry.mjs', 'healthcheck.mjs']) copyFileSync(join(sources, name), join(directory, name));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
}

function start(
  script: string,
  args: readonly string[],
  environment = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn(process.execPath, [join(directory, script), ...args], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
  return { child, ended };
}

const run = (script: string, args: readonly string[] = [], environment = {}) => start(script, args, environment).ended;

describe("The image's entry", () => {
  const main = 'apps/api/bundle/main.js';

  it('starts the API where nothing is said', async () => {
    write(main, TELL);
    expect((await run('entry.mjs')).stdout).toBe(`api/bundle/main.js ${join(directory, main)}\n`);
    expect((await run('entry.mjs', ['api'])).stdout).toContain('api/bundle/main.js');
  });

  it('starts the shuttle where the image has it', async () => {
    write('apps/shuttle/bundle/main.js', TELL);
    expect((await run('entry.mjs', ['shuttle'])).stdout).toContain('shuttle/bundle/main.js');
    write('apps/shuttle/bundle/import.js', TELL);
    const { stdout } = await run('entry.mjs', ['shuttle-import', '--dry-run']);
    expect(stdout).toMatch(/^shuttle\/bundle\/import\.js .* --dry-run\n$/);
  });

  it('gives the shuttle the memory that it needs, in the same process, as `npm run shuttle` does', async () => {
    const tell =
      'console.log(process.pid, process.env.MALLOC_ARENA_MAX, process.env.NODE_OPTIONS, ...process.execArgv);';
    write('apps/shuttle/bundle/main.js', tell);
    write(main, tell);
    const limits = '--max-old-space-size=192 --max-semi-space-size=8';
    const collection = '--min-semi-space-size=8 --heap-growing-percent=50';
    const { child, ended } = start('entry.mjs', ['shuttle'], { NODE_OPTIONS: '--trace-warnings' });
    expect(await ended).toMatchObject({
      stdout: `${child.pid} 2 ${limits} --trace-warnings ${collection}\n`,
      stderr: '',
    });
    const { scripts } = JSON.parse(readFileSync(join(sources, '../../package.json'), 'utf8'));
    expect(scripts['run:shuttle']).toContain(`MALLOC_ARENA_MAX=2 exec node ${limits} ${collection} `);
    const set = await run('entry.mjs', ['shuttle'], { MALLOC_ARENA_MAX: '4' });
    expect(set.stdout).toMatch(/^\d+ 4 undefined\n$/);
    expect((await run('entry.mjs')).stdout).toMatch(/^\d+ undefined undefined\n$/);
  });

  it('hands every other command to the administrative program, name and arguments', async () => {
    write(main, TELL);
    write('apps/api/bundle/admin.js', TELL);
    const program = join(directory, 'apps/api/bundle/admin.js');
    const { stdout } = await run('entry.mjs', ['reset-2fa', 'anna', '--yes']);
    expect(stdout).toBe(`api/bundle/admin.js ${program} reset-2fa anna --yes\n`);
  });

  it.each(['backup', 'shuttle', 'constructor'])(
    'names what there is instead of "%s", which there is not',
    async (name) => {
      write(main, TELL);
      const { code, stdout, stderr } = await run('entry.mjs', [name]);
      expect([code, stdout, stderr]).toEqual([64, '', `Unknown command: "${name}". There are: api.\n`]);
    },
  );

  it('ends on a signal before the program listens to it', async () => {
    write(main, "console.log('up'); setInterval(() => {}, 1000);");
    const { child, ended } = start('entry.mjs', []);
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    expect(await ended).toMatchObject({ code: 143, signal: null });
  });

  it('leaves a signal to the program that listens to it', async () => {
    write(
      main,
      "process.on('SIGTERM', () => setTimeout(() => process.exit(7), 50)); console.log('up'); setInterval(() => {}, 1000);",
    );
    const { child, ended } = start('entry.mjs', []);
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    expect(await ended).toMatchObject({ code: 7 });
  });
});

describe("The image's health check", () => {
  let server: Server;
  let asked: string[];

  async function listen(status: number): Promise<string> {
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return String((server.address() as AddressInfo).port);
  }

  it.each([
    [200, 0],
    [503, 1],
  ])('answers %i with the code %i', async (status, expected) => {
    const PORT = await listen(status);
    const { code } = await run('healthcheck.mjs', [], { PORT, HOST: '0.0.0.0' });
    await new Promise((resolve) => server.close(resolve));
    expect([code, asked]).toEqual([expected, ['/health/live']]);
  });

  it('says that nothing answers', async () => {
    const PORT = await listen(200);
    await new Promise((resolve) => server.close(resolve));
    const { code, stderr } = await run('healthcheck.mjs', [], { PORT });
    expect([code, stderr]).toEqual([1, expect.stringContaining('ECONNREFUSED')]);
  });

  it('asks another address when it is given one, as for the shuttle', async () => {
    const port = await listen(200);
    const { code } = await run('healthcheck.mjs', [`http://127.0.0.1:${port}/octhc`]);
    await new Promise((resolve) => server.close(resolve));
    expect([code, asked]).toEqual([0, ['/octhc']]);
  });
});
