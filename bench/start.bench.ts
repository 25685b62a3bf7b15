import { setTimeout as delay } from 'node:timers/promises';
import { TestServer } from '../e2e/support/server.ts';
import { BenchServer } from './support/bench-server.ts';
import { median } from './support/table.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SETTLE_MS = 5_000;

// From the start of the process to the first `ready`, with an up-to-date database; and the memory of an idle server.
const ours = await BenchServer.start({});
const times: number[] = [];
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    await ours.server.stop();
    const startedAt = performance.now();
    await ours.server.start();
    await untilReady(ours.server);
    times.push(performance.now() - startedAt);
  }
  await delay(SETTLE_MS);
  console.log(
    `\nready after ${median(times).toFixed(0)} ms (${ROUNDS} starts: ${times.map((time) => time.toFixed(0)).join(', ')})`,
  );
  console.log(`idle memory ${ours.memoryMb('VmRSS').toFixed(0)} MB`);
} finally {
  await ours.server.dispose();
}

async function untilReady(server: TestServer): Promise<void> {
  while ((await fetch(`${server.url}/health/ready`)).status !== 200) await delay(5);
}
