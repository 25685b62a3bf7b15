import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** Far beyond what any program takes, also where many others want the same two cores. */
const START_LIMIT_MS = 90_000;
/** For a program to end by itself; then it is ended. */
const END_LIMIT_MS = 10_000;
/** For its last words to arrive after its end; others may hold on to where it has printed. */
const LAST_WORDS_MS = 1_000;

/** A program that a test has started, with what it has printed. */
export class RunningProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  private readonly ended: Promise<unknown>;
  private readonly closed: Promise<unknown>;
  private isOver = false;
  private text = '';

  constructor([program = '', ...args]: readonly string[], environment: NodeJS.ProcessEnv) {
    this.child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise.then(() => {
      this.isOver = true;
    });
    this.child.once('exit', () => resolve());
    this.closed = new Promise((silent) => this.child.once('close', silent));
    this.child.once('error', ({ message }) => {
      this.text += `${message}\n`;
      // Without a process there will be no end of it.
      if (this.child.pid === undefined) resolve();
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk;
      });
    }
  }

  get isRunning(): boolean {
    return !this.isOver;
  }

  get output(): string {
    return this.text;
  }

  /** Resolves when it is so. Else (it ends before, or takes too long) it is ended, and what it has printed is thrown. */
  async until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    try {
      for (; !(await condition()); await delay(20)) {
        if (this.isOver || Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
      }
    } catch (cause) {
      await this.end('SIGKILL');
      await Promise.race([this.closed, delay(LAST_WORDS_MS)]);
      throw new Error(`${String(cause)} It has printed:\n${this.text}`, { cause });
    }
  }

  /** Resolves when it takes connections on a port of loopback. */
  untilListening(port: number): Promise<void> {
    return this.until(() => listens(port), `${this.child.spawnfile} to listen on ${port}`);
  }

  /** Ends it by a signal to this process, or to the one inside that it stands for; at once where it has ended already. */
  async end(signal: NodeJS.Signals = 'SIGTERM', pid = this.child.pid): Promise<void> {
    if (this.isOver || pid === undefined) return;
    send(pid, signal);
    const impatience = setTimeout(() => send(pid, 'SIGKILL'), END_LIMIT_MS);
    await this.ended;
    clearTimeout(impatience);
  }
}

/** It may have gone by itself meanwhile. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
