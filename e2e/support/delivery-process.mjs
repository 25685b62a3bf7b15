// A process that does nothing but deliver, as it is shipped: numbered lines come from a pretended partition, whose
// committed offset is a file, and go to one drain. Killed at any time and started again, it goes on from there.
//
//   node delivery-process.mjs <directory> <drain URL> <lines> <lines a second> <ms until a line goes to the disk>

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NetworkList } from '../../libs/runtime/dist/network-list.js';
import { SafeConnect } from '../../libs/runtime/dist/safe-connect.js';
import { DrainHost } from '../../libs/shuttle/dist/delivery/drain-host.js';
import { LowWaterMarks } from '../../libs/shuttle/dist/delivery/low-water-marks.js';
import { parseDrainUrl } from '../../libs/shuttle/dist/drain-url.js';

const [directory = '', url = '', lines = '', rate = '', spillAfterMs = ''] = process.argv.slice(2);
const PROCESSES = ['web', 'worker', 'cron'];
const STEP_MS = 10;
const offsetFile = join(directory, 'offset');
const marks = new LowWaterMarks();

function committed() {
  try {
    return Number(readFileSync(offsetFile, 'utf8'));
  } catch {
    return 0;
  }
}

function commit() {
  const moved = marks.committable();
  for (const { offset } of moved) {
    writeFileSync(`${offsetFile}.new`, String(offset));
    renameSync(`${offsetFile}.new`, offsetFile);
  }
  marks.committedAt(moved);
}

const schemes = ['http', 'https', 'syslog+tcp', 'syslog+udp', 'syslog+tls'];
const host = await DrainHost.open({
  bufferDirectory: join(directory, 'drains'),
  bufferBytes: 256 * 1024 * 1024,
  bufferTotalBytes: 1024 * 1024 * 1024,
  minFreeBytes: 0,
  policy: 'drop_oldest',
  maxConnections: 4,
  guard: new SafeConnect({ schemes, allow: new NetworkList(['loopback']) }),
  confirmAfterMs: 500,
  backoff: { firstMs: 20, capMs: 200 },
  // Little, so that the disk has its part.
  memoryBytes: 4 * 1024 * 1024,
  spillAfterMs: Number(spillAfterMs),
});
const destination = { kind: 'app', app: 'app', space: 'space' };
const runner = await host.add({ id: 'drain-1', destination, target: parseDrainUrl(url) });
process.stdout.write('ready\n');

let isEnding = false;
process.on('SIGTERM', () => {
  isEnding = true;
});
const end = Number(lines);
let offset = committed();
while (!isEnding && (offset < end || marks.open() > 0 || runner.state.buffered > 0)) {
  const stop = Math.min(end, offset + Math.ceil((Number(rate) * STEP_MS) / 1_000));
  for (; offset < stop; offset += 1) {
    const process = PROCESSES[offset % PROCESSES.length];
    const position = { topic: 'app', partition: 0, offset };
    const text = `n=${process}:${Math.floor(offset / PROCESSES.length)} ${'x'.repeat(150)}`;
    const record = {
      destination,
      process,
      severity: 'info',
      time: '2026-11-25T16:00:00Z',
      tag: `${process}.1`,
      text,
      position,
    };
    await runner.offer(record, marks.enter(position, 1));
  }
  commit();
  await delay(STEP_MS);
}
await host.close(2_000);
commit();
process.stdout.write(`${JSON.stringify(runner.state)}\n`);
