import { gzipSync, zstdCompressSync } from 'node:zlib';
import { AUTH_KEY, type ManagedDrain } from '../e2e/support/shuttle.ts';
import { until } from '../scripts/test-support/until.ts';
import { BenchServer } from './support/bench-server.ts';
import { LineSink } from './support/line-drains.ts';
import { ProcessMeter } from './support/process-meter.ts';
import { ShippedShuttle } from './support/shipped-shuttle.ts';

const PATIENCE = { limitMs: 300_000, pauseMs: 200 };
const LINES = Number(process.env.BENCH_LINES ?? 1_000_000);
/** For Node.js itself, such as `--cpu-prof`. */
const NODE_OPTIONS = process.env.BENCH_NODE_OPTIONS ?? '';
const DRAINS = (process.env.BENCH_DRAINS ?? 'tcp,http').split(',');
/** Replays need no Kafka: the shuttle goes on without. */
const NO_BROKER = '127.0.0.1:9';
const START_MS = Date.parse('2025-11-20T10:00:00Z');

/** As web servers and applications write them: about 150 bytes. */
function logText(): Buffer {
  const parts = Array.from({ length: LINES }, (_, number) => {
    const time = new Date(START_MS + number * 7).toISOString();
    const id = (number * 2_654_435_761) % 2 ** 32;
    return `${time} INFO [worker-${number % 16}] order.service: order ${id} of customer ${id % 9_973} accepted in ${number % 412} ms, request=${id.toString(16)}-${number}\n`;
  });
  return Buffer.from(parts.join(''));
}

const FORMATS: readonly (readonly [string, (text: Buffer) => Buffer])[] = [
  ['orders.log', (text) => text],
  ['orders.log.gz', (text) => gzipSync(text)],
  ['orders.log.zst', (text) => zstdCompressSync(text)],
];

interface Reply {
  readonly id: string;
  readonly state: string;
}

async function store(ours: BenchServer, name: string, body: Buffer): Promise<string> {
  const token = await ours.token();
  const url = `${ours.url}/api/v1/archives/${name}`;
  const stored = await fetch(url, { method: 'PUT', headers: { 'Upload-Token': token }, body: new Uint8Array(body) });
  if (stored.status !== 201) throw new Error(`PUT: ${stored.status} ${await stored.text()}`);
  return ((await stored.json()) as Reply).id;
}

async function benchReplays(ours: BenchServer, shuttle: ShippedShuttle, sink: LineSink, kind: string): Promise<void> {
  const url = kind === 'tcp' ? `syslog://127.0.0.1:${sink.tcp}` : `http://127.0.0.1:${sink.http}`;
  const given = { app: kind, space: 'replayed', url };
  const drain = await ours.admin.expect<ManagedDrain>(201, 'POST', '/api/v1/drains', given);
  const text = logText();
  console.log(`\nReplays of ${LINES} lines, ${(text.length / 1e6).toFixed(0)} MB, to one ${kind.toUpperCase()} drain`);
  for (const [name, compressed] of FORMATS) {
    const archive = await store(ours, name, compressed(text));
    const before = sink.lines;
    const meters = [new ProcessMeter('server', ours.server.pid), new ProcessMeter('shuttle', shuttle.pid)];
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1_000;
    const path = `/api/v1/archives/${archive}/replays`;
    const { id } = await ours.admin.expect<Reply>(202, 'POST', path, { drain_id: drain.id });
    const { state } = await until(
      () => ours.admin.expect<Reply>(200, 'GET', `/api/v1/replays/${id}`),
      (replay) => replay.state !== 'running',
      PATIENCE,
    );
    if (state !== 'done') throw new Error(`The replay is ${state}.`);
    const acknowledged = LINES / seconds();
    await sink.reached(before + LINES);
    console.log(
      `  ${name.padEnd(16)} ${acknowledged.toFixed(0)} lines/s acknowledged, ${(LINES / seconds()).toFixed(0)} lines/s arrived`,
    );
    for (const meter of meters) console.log(`    ${meter.figures(LINES)}`);
  }
}

const shuttle = new ShippedShuttle(NO_BROKER, { NODE_OPTIONS });
const sink = await LineSink.start();
try {
  await shuttle.start();
  const ours = await BenchServer.start({ SHUTTLE_URL: shuttle.url, SHUTTLE_AUTH_KEY: AUTH_KEY, NODE_OPTIONS });
  try {
    for (const kind of DRAINS) await benchReplays(ours, shuttle, sink, kind);
    await Promise.all([ours.server.stop(), shuttle.stop()]);
  } finally {
    await ours.server.dispose();
  }
} finally {
  sink.stop();
  await shuttle.dispose();
}
