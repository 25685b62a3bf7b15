import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { NetworkList } from '../../libs/runtime/dist/network-list.js';
import { SafeConnect } from '../../libs/runtime/dist/safe-connect.js';
import { DrainHost } from '../../libs/shuttle/dist/delivery/drain-host.js';
import type { LogRecord } from '../../libs/shuttle/dist/record.js';

export const LINE_BYTES = 200;
const LONGEST_WAIT_MS = 300_000;

/** A receiver in a process of its own, which says what it has received. */
export class LineSink {
  lines = 0;
  tcp = 0;
  http = 0;
  /** Takes connections and never reads. */
  stalled = 0;
  private readonly child: ChildProcess;

  /** @param script of this folder, with its arguments */
  protected constructor(script: string, ...args: readonly string[]) {
    this.child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  static start(delayMs = 0): Promise<LineSink> {
    return LineSink.ready(new LineSink('line-sink.ts', String(delayMs)));
  }

  protected static async ready<S extends LineSink>(sink: S): Promise<S> {
    const output = createInterface({ input: sink.child.stdout ?? process.stdin });
    const [first] = await once(output, 'line');
    Object.assign(sink, JSON.parse(String(first)));
    output.on('line', (line) => Object.assign(sink, JSON.parse(line)));
    return sink;
  }

  /** Rejects where they do not come. */
  async reached(lines: number): Promise<void> {
    for (const deadline = performance.now() + LONGEST_WAIT_MS; this.lines < lines; await delay(5)) {
      if (performance.now() > deadline) throw new Error(`Only ${this.lines} of ${lines} lines arrived.`);
    }
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}

/** A receiver that says how long the lines were on their way. */
export class LatencySink extends LineSink {
  halfMs = 0;
  mostMs = 0;
  longestMs = 0;

  static override start(): Promise<LatencySink> {
    return LineSink.ready(new LatencySink('latency-sink.ts'));
  }
}

export async function openHost(directory: string): Promise<DrainHost> {
  return DrainHost.open({
    bufferDirectory: directory,
    bufferBytes: 256 * 1024 * 1024,
    bufferTotalBytes: 4 * 1024 * 1024 * 1024,
    minFreeBytes: 0,
    policy: 'drop_oldest',
    maxConnections: 40,
    guard: new SafeConnect({ schemes: ['http', 'syslog+tcp'], allow: new NetworkList(['loopback']) }),
  });
}

export function records(app: string, count: number): LogRecord[] {
  return Array.from({ length: count }, (_, offset) => ({
    destination: { kind: 'app', app, space: 'space' },
    process: `p${offset % 4}`,
    severity: 'info',
    time: '2026-11-25T16:00:00.123456Z',
    tag: `p${offset % 4}.6d4cf56db6-abcde`,
    text: `${offset} `.padEnd(LINE_BYTES - 70, 'x'),
    position: { topic: app, partition: 0, offset },
  }));
}
