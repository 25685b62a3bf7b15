import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseDrainUrl } from '../libs/shuttle/dist/drain-url.js';
import { freePort } from '../scripts/test-support/free-port.ts';
import { LineSink, openHost, records } from './support/line-drains.ts';
import { compare } from './support/table.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const DRAINS = Number(process.env.BENCH_DRAINS ?? 1_000);
const SECONDS = 10;

function memoryMb(name: string): number {
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1_024;
}

/**
 * Half of the drains are dead, one half of those by refusing connections and the other by never reading. All are offered
 * lines at the same pace; the healthy ones' lines count.
 */
async function healthyRate(directory: string, sink: LineSink, dead: readonly string[]): Promise<number> {
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
  for (let turn = 0; turn < SECONDS * 20; turn += 1) {
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
    await compare(`${DRAINS / 2} healthy drains, 20 lines a second each`, 'lines/s', ROUNDS, [
      { name: `beside ${DRAINS / 2} dead ones`, run: () => healthyRate(directory, sink, dead) },
      { name: 'alone', run: () => healthyRate(directory, sink, []) },
    ]);
  } finally {
    sink.stop();
    stalled.close();
  }
}

const directory = mkdtempSync(join(tmpdir(), 'shuttle-isolation-bench-'));
try {
  await benchIsolation(directory);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exit();
