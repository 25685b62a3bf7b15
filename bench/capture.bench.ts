import { gunzipSync } from 'node:zlib';
import { canRunKafka, TestKafka } from '../e2e/support/kafka.ts';
import { AUTH_KEY } from '../e2e/support/shuttle.ts';
import { until } from '../scripts/test-support/until.ts';
import { appRecord } from './support/app-record.ts';
import { BenchServer } from './support/bench-server.ts';
import { ProcessMeter } from './support/process-meter.ts';
import { ShippedShuttle } from './support/shipped-shuttle.ts';

const PATIENCE = { limitMs: 300_000, pauseMs: 200 };
const LINES = Number(process.env.BENCH_LINES ?? 500_000);
const NODE_OPTIONS = process.env.BENCH_NODE_OPTIONS ?? '';
const PARTITIONS = Number(process.env.BENCH_PARTITIONS ?? 4);
const TOPIC = 'space';
/** Records of one request to the broker. */
const CHUNK = 2_000;
const LINE_BYTES = 150;

interface Capture {
  readonly id: string;
  readonly state: string;
  readonly lines: number;
  readonly gaps: number;
  readonly stored_until: string | null;
  readonly archive: string | null;
}

/** As fast as the broker takes them. */
async function produce(kafka: TestKafka): Promise<void> {
  for (let at = 0; at < LINES; at += CHUNK) {
    const count = Math.min(CHUNK, LINES - at);
    const records = Array.from({ length: count }, (_, index) =>
      appRecord(`line ${at + index} `.padEnd(LINE_BYTES, 'x')),
    );
    await kafka.produce(TOPIC, records);
  }
}

/** What the archive says of lines that are missing. */
async function gapsOf(ours: BenchServer, archive: string | null): Promise<string[]> {
  const headers = { Authorization: `Bearer ${ours.admin.access}` };
  const answer = await fetch(`${ours.url}/api/v1/archives/${archive}/download`, { headers });
  const text = gunzipSync(await answer.arrayBuffer()).toString();
  return text.split('\n').filter((line) => line.startsWith('… gap'));
}

/** From Kafka into the archive of a ticket. */
async function benchCapture(ours: BenchServer, shuttle: ShippedShuttle, kafka: TestKafka): Promise<void> {
  await ours.token();
  const given = { app: 'app', space: TOPIC, duration_seconds: 600 };
  const begun = await ours.admin.expect<Capture>(202, 'POST', '/api/v1/tickets/BENCH-1/captures', given);
  const read = () => ours.admin.expect<Capture>(200, 'GET', `/api/v1/captures/${begun.id}`);
  await until(read, (capture) => capture.stored_until !== null, PATIENCE);
  const meters = [new ProcessMeter('server', ours.server.pid), new ProcessMeter('shuttle', shuttle.pid)];
  const startedAt = performance.now();
  await produce(kafka);
  const producedSeconds = (performance.now() - startedAt) / 1_000;
  // What is left out is marked in the archive, and counted as a gap.
  const captured = await until(read, ({ lines, gaps }) => lines >= LINES || gaps > 0, PATIENCE);
  const seconds = (performance.now() - startedAt) / 1_000;
  await ours.admin.expect(202, 'POST', `/api/v1/captures/${begun.id}/stop`);
  const { lines, gaps, archive } = await until(read, ({ state }) => state === 'done', PATIENCE);
  console.log(`\nA capture while ${LINES} lines are produced at ${(LINES / producedSeconds).toFixed(0)} lines/s`);
  console.log(`  ${(captured.lines / seconds).toFixed(0)} lines/s into the archive, ${lines} in all, ${gaps} gaps`);
  for (const gap of await gapsOf(ours, archive)) console.log(`    ${gap}`);
  for (const meter of meters) console.log(`    ${meter.figures(LINES)}`);
}

if (canRunKafka()) {
  const kafka = await TestKafka.start();
  try {
    await kafka.createTopic(TOPIC, PARTITIONS);
    const shuttle = new ShippedShuttle(kafka.brokers, { NODE_OPTIONS });
    await shuttle.start();
    const ours = await BenchServer.start({ SHUTTLE_URL: shuttle.url, SHUTTLE_AUTH_KEY: AUTH_KEY, NODE_OPTIONS });
    await benchCapture(ours, shuttle, kafka).finally(() => Promise.all([ours.server.stop(), shuttle.stop()]));
    await Promise.all([ours.server.dispose(), shuttle.dispose()]);
  } finally {
    await kafka.dispose();
  }
} else {
  console.log('java or mvn is missing: without them there is no Kafka to capture from.');
}
