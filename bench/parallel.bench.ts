import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchServer } from './support/bench-server.ts';
import { curlUpload } from './support/curl.ts';
import { median, percentile } from './support/table.ts';

const UPLOADS = Number(process.env.BENCH_UPLOADS ?? 20);
const SIZE_MIB = Number(process.env.BENCH_MIB ?? 1_024);
const TICKETS = 200;

// Many uploads at once onto a real disk, while somebody works with the ticket list.
const directory = mkdtempSync(join(tmpdir(), 'logs-collector-bench-'));
const ours = await BenchServer.start({ STORAGE_URL: `file://${directory}` });
try {
  for (let number = 1; number <= TICKETS; number += 1) await ours.admin.createTicket(`OPEN-${number}`);
  const token = await ours.token();
  const idleMb = ours.memoryMb('VmRSS');
  const startedAt = performance.now();
  let isRunning = true;
  // Sparse, so that reading it costs nothing; different files, so that none is taken for a repeated one.
  const source = join(directory, 'source');
  writeFileSync(source, '');
  truncateSync(source, SIZE_MIB * 1024 * 1024);
  const uploads = Array.from({ length: UPLOADS }, (_, index) =>
    curlUpload([
      '-H',
      'Expect:',
      '-H',
      `Upload-Token: ${token}`,
      '-T',
      source,
      `${ours.url}/api/v1/archives/file-${index}`,
    ]),
  );
  const latencies: number[] = [];
  const watch = (async () => {
    while (isRunning) {
      const before = performance.now();
      await ours.admin.expect(200, 'GET', '/api/v1/tickets?limit=50');
      latencies.push(performance.now() - before);
      await delay(20);
    }
  })();
  await Promise.all(uploads);
  isRunning = false;
  await watch;
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`\n${UPLOADS} parallel uploads of ${SIZE_MIB} MiB onto a disk`);
  console.log(`  together ${((UPLOADS * SIZE_MIB * 1.048576) / seconds).toFixed(0)} MB/s`);
  console.log(`  memory: ${idleMb.toFixed(0)} MB before, ${ours.memoryMb('VmHWM').toFixed(0)} MB at the peak`);
  console.log(
    `  ticket list meanwhile: p50 ${median(latencies).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms (${latencies.length} requests)`,
  );
} finally {
  await ours.server.dispose();
  rmSync(directory, { recursive: true, force: true });
}
