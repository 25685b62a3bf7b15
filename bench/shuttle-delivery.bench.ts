import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DrainRunner } from '../libs/shuttle/dist/delivery/drain-runner.js';
import { parseDrainUrl } from '../libs/shuttle/dist/drain-url.js';
import type { LogRecord } from '../libs/shuttle/dist/record.js';
import { freePort } from '../scripts/test-support/free-port.ts';
import { LINE_BYTES, LineSink, openHost, records } from './support/line-drains.ts';
import { waitForPort } from './support/ports.ts';
import { compare, median } from './support/table.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const LINES = Number(process.env.BENCH_LINES ?? 600_000);
/** As many records as a fetch from Kafka brings at a time. */
const FETCH = 1_000;

/** Offers as Kafka would bring it: fetch by fetch, held back where the drain asks for it. */
async function feed(runner: DrainRunner, lines: readonly LogRecord[]): Promise<void> {
  for (let at = 0; at < lines.length; at += FETCH) {
    // What the memory of a drain holds is what a consumer that pauses at 4 MiB would let in.
    while (runner.state.waitingBytes > 4 * 1024 * 1024) await delay(1);
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

const directory = mkdtempSync(join(tmpdir(), 'shuttle-delivery-bench-'));
try {
  await benchThroughput(directory);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exit();
