import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ReferenceServer } from './reference-server.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = join(import.meta.dirname, '..', '..');
export const script = join(root, 'scripts', 'uploader.sh');
export const powershellScript = join(root, 'scripts', 'uploader.ps1');
export const TOKEN = 'lcu_0123456789ABCDEFGHJKMNPQRS';

export interface Shell {
  name: string;
  command: string[];
  path: string;
  /** Instead of uploader.sh. */
  script?: string;
}

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  outcome: Promise<Outcome>;
}

/** The first place of a program in PATH, or null. */
export function which(program: string): string | null {
  const places = (process.env.PATH ?? '').split(delimiter).map((place) => join(place, program));
  return places.find((place) => existsSync(place)) ?? null;
}

/** Whether CI must have this; elsewhere its absence is only told. */
export function missing(what: string): void {
  process.stderr.write(`not here: ${what}; what needs it is not run\n`);
  const list = join(root, '.ci', 'capabilities');
  if (process.env.CI && existsSync(list) && readFileSync(list, 'utf8').split(/\s+/).includes(what))
    throw new Error(`${what} is listed in .ci/capabilities and is missing`);
}

/** A directory with links to some programs only, to be used as PATH. */
export function onlyPrograms(programs: readonly string[]): string {
  const directory = temporaryDirectory('programs');
  for (const program of programs) {
    const place = which(program);
    if (place) symlinkSync(place, join(directory, program));
  }
  return directory;
}

/** The shells of this machine. Busybox is run with its own tools and curl, nothing else. */
export function shells(): Shell[] {
  const found: Shell[] = [];
  for (const name of ['dash', 'bash', 'busybox']) {
    const place = which(name);
    if (!place) missing(name);
    else if (name !== 'busybox') found.push({ name, command: [place], path: process.env.PATH ?? '' });
    else {
      const path = onlyPrograms(['curl']);
      for (const applet of execFileSync(place, ['--list'], { encoding: 'utf8' }).split('\n')) {
        if (applet && !existsSync(join(path, applet))) symlinkSync(place, join(path, applet));
      }
      found.push({ name, command: [place, 'sh'], path });
    }
  }
  return found;
}

export interface RunOptions {
  env?: Record<string, string>;
  input?: Buffer | string | ((child: ChildProcess) => void);
  cwd?: string;
  path?: string;
}

export function start(shell: Shell, args: readonly string[], options: RunOptions = {}): Running {
  const [program = '', ...before] = shell.command;
  const child = spawn(program, [...before, shell.script ?? script, ...args], {
    cwd: options.cwd,
    detached: true, // a process group of its own, so that all of it can be killed
    env: {
      PATH: options.path ?? shell.path,
      HOME: '/nonexistent',
      TMPDIR: process.env.TMPDIR ?? tmpdir(),
      UPLOAD_TOKEN: TOKEN,
      UPLOADER_GIVE_UP_AFTER: '20',
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const outcome = new Promise<Outcome>((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (text) => {
      stdout += text;
    });
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  child.stdin?.on('error', () => {});
  if (typeof options.input === 'function') options.input(child);
  else child.stdin?.end(options.input ?? '');
  return { child, outcome };
}

export function run(shell: Shell, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return start(shell, args, options).outcome;
}

export function startServer(settings: Partial<ReferenceServer> = {}): Promise<ReferenceServer> {
  const server = Object.assign(new ReferenceServer(), settings);
  server.tokens.set(TOKEN, { ticket: '4711', attempts: 5, resolved: false });
  return server.start();
}

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Writes a file of random bytes into a fresh directory. */
export function randomFile(size: number, name = 'app.log'): { path: string; bytes: Buffer; sha256: string } {
  const directory = temporaryDirectory('upload');
  const path = join(directory, name);
  const bytes = randomBytes(size);
  writeFileSync(path, bytes);
  return { path, bytes, sha256: sha256(bytes) };
}
