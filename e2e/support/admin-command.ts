import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestServer } from './server.js';

const ADMIN = join(import.meta.dirname, '../../apps/api/bundle/admin.js');

export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly errors: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly result: Promise<CommandResult>;
}

export interface CommandInput {
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Starts a shipped administrative command as a process of its own, with nothing else in its environment. */
export function startCommand(args: readonly string[], { environment, stdin = '' }: CommandInput = {}): RunningCommand {
  const child = spawn(process.execPath, [ADMIN, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined).end(stdin);
  const text = { out: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.errors += chunk;
  });
  const result = new Promise<CommandResult>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, ...text }));
  });
  return { child, result };
}

export function runCommand(args: readonly string[], input?: CommandInput): Promise<CommandResult> {
  return startCommand(args, input).result;
}

/** Runs a command with the settings of a server, beside it. */
export function besideServer(server: TestServer, args: readonly string[], input: CommandInput = {}) {
  return runCommand(args, {
    ...input,
    environment: { DATA_DIR: server.dataDir, ...server.environment, ...input.environment },
  });
}

/** Waits until everything in the audit trail has its place in the chain: a few seconds after it was recorded. */
export async function untilSealed(
  server: TestServer,
  environment: Record<string, string> = {},
  sealed = / [1-9]\d* entries sealed, 0 faults/,
): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    const { out } = await besideServer(server, ['verify'], { environment });
    if (sealed.test(out)) return;
    await delay(250);
  }
  throw new Error('nothing was sealed within 15 seconds');
}
