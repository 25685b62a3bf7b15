import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 30_000;

/** A process of a project with what it has printed. */
export class RunningProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  private readonly ended: Promise<unknown>;
  private text = '';

  constructor([program = '', ...args]: readonly string[], environment: Readonly<Record<string, string>>) {
    this.child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk;
      });
    }
  }

  get output(): string {
    return this.text;
  }

  async until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    for (const deadline = Date.now() + LIMIT_MS; !(await condition()); await delay(20)) {
      const hasEnded = this.child.exitCode !== null || this.child.signalCode !== null;
      if (hasEnded || Date.now() > deadline) throw new Error(`Waited in vain for ${what}:\n${this.text}`);
    }
  }

  /** Ends it by a signal to this process, or to the one inside that it stands for. */
  async end(signal: NodeJS.Signals, pid = this.child.pid): Promise<void> {
    if (pid !== undefined && this.child.exitCode === null && this.child.signalCode === null) process.kill(pid, signal);
    await this.ended;
  }
}
