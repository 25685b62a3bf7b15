import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { NetworkList } from '../libs/runtime/dist/network-list.js';
import { SafeConnect } from '../libs/runtime/dist/safe-connect.js';
import { DrainHost } from '../libs/shuttle/dist/delivery/drain-host.js';
import type { DrainRunner } from '../libs/shuttle/dist/delivery/drain-runner.js';
import { parseDrainUrl } from '../libs/shuttle/dist/drain-url.js';
import type { LogRecord } from '../libs/shuttle/dist/record.js';
import { freePort, waitForPort } from './support/ports.ts';
import { compare, median } from './support/table.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const LINES = Number(process.env.BENCH_LINES ?? 600_000);
const DRAINS = Number(process.env.BENCH_DRAINS ?? 1_000);
const LINE_BYTES = 200;
/** As many records as a fetch from Kafka brings at a time. */
const FETCH = 1_000;

/** A receiver in a process of its own. */
class LineSink {
  lines = 0;
  readonly child: ChildProcess;
  tcp = 0;
  http = 0;

  constructor(delayMs = 0) {
    this.child = spawn(process.execPath, [join(import.meta.dirname, 'support/line-sink.ts'), String(delayMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  static async start(delayMs = 0): Promise<LineSink> {
    const sink = new LineSink(delayMs);
    const output = createInterface({ input: sink.child.stdout ?? process.stdin });
    const [first] = await once(output, 'line');
    Object.assign(sink, JSON.parse(String(first)));
    output.on('line', (line) => Object.assign(sink, JSON.parse(line)));
    return sink;
  }

  async reached(lines: number): Promise<void> {
    while (this.lines < lines) await delay(5);
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}

async function openHost(directory: string): Promise<DrainHost> {
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

function records(app: string, count: number): LogRecord[] {
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

/** Offers as Kafka would bring it: fetch by fetch, held back where the drain asks for it. */
async function feed(runner: DrainRunner, lines: readonly LogRecord[]): Promise<void> {
  for (let at = 0; at < lines.length; at += FETCH) {
    // What the memory of a drain holds is what a consumer that pauses at 4 MiB would let in.
    while (runner.state.bufferedBytes > 4 * 1024 * 1024) await delay(1);
    for (const record of lines.slice(at, at + FETCH)) void runner.offer(record);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function linesPerSecond(
  directory: string,
  sink: LineSink,
  url: string,
  lines: readonly LogRecord[],
): Promise<number> {
  const host = await openHost(join(directory, String(performance.now()).replace('.', '-')));
  const runner = await host.add({
    id: 'one',
    destination: { kind: 'app', app: 'app', space: 'space' },
    target: parseDrainUrl(url),
  });
  const before = sink.lines;
  const startedAt = performance.now();
  await feed(runner, lines);
  await sink.reached(before + lines.length);
  const seconds = (performance.now() - startedAt) / 1_000;
  await host.close(5_000);
  return lines.length / seconds;
}

/** rsyslog reading the same lines from a file and forwarding them, until the sink has them. */
async function rsyslogForward(directory: string, sink: LineSink, lines: readonly LogRecord[]): Promise<number> {
  const base = mkdtempSync(join(directory, 'rsyslog-'));
  const port = await freePort();
  writeFileSync(
    join(base, 'conf'),
    `global(workDirectory="${base}")
main_queue(queue.size="500000" queue.dequeueBatchSize="4096")
module(load="imtcp")
input(type="imtcp" address="127.0.0.1" port="${port}")
action(type="omfwd" target="127.0.0.1" port="${sink.tcp}" protocol="tcp" template="RSYSLOG_SyslogProtocol23Format")
`,
  );
  const daemon = spawn('rsyslogd', ['-n', '-f', join(base, 'conf'), '-i', join(base, 'pid')], { stdio: 'ignore' });
  await waitForPort(port);
  const text = lines.map(({ time, tag, text: line }) => `<14>1 ${time} app-space ${tag} - - - ${line}\n`).join('');
  const file = join(base, 'lines');
  writeFileSync(file, text);
  const before = sink.lines;
  const startedAt = performance.now();
  const shell = spawn('bash', ['-c', `cat ${file} > /dev/tcp/127.0.0.1/${port}`], { stdio: 'ignore' });
  await sink.reached(before + lines.length);
  const seconds = (performance.now() - startedAt) / 1_000;
  shell.kill();
  daemon.kill('SIGTERM');
  await once(daemon, 'exit');
  return lines.length / seconds;
}

function memoryMb(name: string): number {
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1_024;
}

async function benchThroughput(directory: string): Promise<void> {
  const lines = records('app', LINES);
  const sink = await LineSink.start();
  const slow = await LineSink.start(50);
  const cpu: number[] = [];
  const measured = async (url: string, to: LineSink): Promise<number> => {
    const before = process.cpuUsage();
    const figure = await linesPerSecond(directory, to, url, lines);
    const { user, system } = process.cpuUsage(before);
    cpu.push(LINES / ((user + system) / 1e6));
    return figure;
  };
  try {
    await compare(`one TCP drain, ${LINES} lines of ${LINE_BYTES} bytes in memory`, 'lines/s', ROUNDS, [
      { name: 'ours', run: () => measured(`syslog://127.0.0.1:${sink.tcp}`, sink) },
      ...(existsSync('/usr/sbin/rsyslogd')
        ? [{ name: 'rsyslog, imtcp → omfwd', run: () => rsyslogForward(directory, sink, lines) }]
        : []),
    ]);
    console.log(`  ours, lines a second of processor time: ${median(cpu.splice(0)).toFixed(0)}`);
    await compare('one HTTP drain, the receiver answers after 50 ms', 'lines/s', ROUNDS, [
      { name: 'ours', run: () => measured(`http://127.0.0.1:${slow.http}/`, slow) },
    ]);
    console.log(`  ours, lines a second of processor time: ${median(cpu).toFixed(0)}`);
  } finally {
    sink.stop();
    slow.stop();
  }
}

/**
 * Half of the drains are dead, one half of those by refusing connections and the other by never reading. All are offered
 * lines at the same pace; the healthy ones' lines count.
 */
async function healthyRate(
  directory: string,
  sink: LineSink,
  dead: readonly string[],
  seconds: number,
): Promise<number> {
  const host = await openHost(join(directory, `isolation-${dead.length}`));
  const healthy = DRAINS / 2;
  const urls = [...Array.from({ length: healthy }, () => `syslog://127.0.0.1:${sink.tcp}`), ...dead];
  const runners = await Promise.all(
    urls.map((url, index) =>
      host.add({
        id: `drain-${index}`,
        destination: { kind: 'app', app: `app${index}`, space: 'space' },
        target: parseDrainUrl(url),
      }),
    ),
  );
  const [line] = records('app', 1);
  const before = sink.lines;
  const startedAt = performance.now();
  let offered = 0;
  // 20 lines a second for each drain.
  for (let turn = 0; turn < seconds * 20; turn += 1) {
    for (const runner of runners) if (line) void runner.offer(line);
    offered += healthy;
    const aheadMs = startedAt + (turn + 1) * 50 - performance.now();
    if (aheadMs > 0) await delay(aheadMs);
  }
  await sink.reached(before + offered);
  const rate = offered / ((performance.now() - startedAt) / 1_000);
  console.log(
    `  memory with ${urls.length} drains: ${memoryMb('VmRSS').toFixed(0)} MB, at the peak ${memoryMb('VmHWM').toFixed(0)} MB`,
  );
  await host.close(0);
  return rate;
}

async function benchIsolation(directory: string): Promise<void> {
  const sink = await LineSink.start();
  const stalled = createServer((socket) => socket.on('error', () => undefined).pause()).listen(0, '127.0.0.1');
  await once(stalled, 'listening');
  const address = stalled.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const refused = await freePort();
  const dead = Array.from(
    { length: DRAINS / 2 },
    (_, index) => `syslog://127.0.0.1:${index % 2 === 0 ? refused : port}`,
  );
  try {
    await compare(`${DRAINS / 2} healthy drains, 20 lines a second each`, 'lines/s', Math.min(ROUNDS, 3), [
      { name: `beside ${DRAINS / 2} dead ones`, run: () => healthyRate(directory, sink, dead, 10) },
      { name: 'alone', run: () => healthyRate(directory, sink, [], 10) },
    ]);
  } finally {
    sink.stop();
    stalled.close();
  }
}

const directory = mkdtempSync(join(tmpdir(), 'shuttle-delivery-bench-'));
try {
  await benchIsolation(directory);
  await benchThroughput(directory);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exit();
