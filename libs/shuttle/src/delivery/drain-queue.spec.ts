import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { DrainQueue } from './drain-queue.js';
import { MemoryBudget } from './memory-budget.js';
import { QueuedPacket } from './queued-packet.js';
import { DiskBudget } from './spill/disk-budget.js';
import { DiskBuffer } from './spill/disk-buffer.js';

const SPILL_AFTER_MS = 50;

it('what becomes old while the disk is busy goes there next; only what found no room there is given up', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'drain-queue-'));
  const budget = new DiskBudget({ totalBytes: 1e9, minFreeBytes: 0, freeBytes: async () => 1e9 });
  const disk = await DiskBuffer.open({ directory, limitBytes: 1e6, budget });
  const queue = new DrainQueue({
    disk,
    policy: 'drop_oldest',
    memory: new MemoryBudget(1e6),
    spillAfterMs: SPILL_AFTER_MS,
    now: Date.now,
    lossNotice: () => Buffer.alloc(0),
    onReady: () => undefined,
  });
  queue.isFlowing = false;
  const settled: string[] = [];
  const acknowledgement = { giveUp: () => settled.push('given up'), settle: () => settled.push('settled') };
  queue.offer(new QueuedPacket(Buffer.from('line'), 1, acknowledgement));
  const tending = queue.tend();
  for (const until = performance.now() + SPILL_AFTER_MS + 1; performance.now() < until; );
  await tending;
  expect(settled).toEqual([]);
  await queue.tend();
  expect(settled).toEqual(['settled']);
  expect(disk.unread).toBe(1);
  await disk.close();
  rmSync(directory, { recursive: true });
});
