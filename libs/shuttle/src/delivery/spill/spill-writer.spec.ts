import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemError, watchedFileOperations } from '@logs-collector/blob-store/fs/watched-file-operations';
import { MemoryBudget } from '../memory-budget.js';
import { QueuedPacket } from '../queued-packet.js';
import { DiskBudget } from './disk-budget.js';
import { DiskBuffer } from './disk-buffer.js';
import { SpillWriter } from './spill-writer.js';

const PART_BYTES = 10_000;

describe('SpillWriter', () => {
  let directory: string;
  let failing: string | undefined;
  let disk: DiskBuffer;
  let writer: SpillWriter;
  let memory: MemoryBudget;
  let settled: number;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'spill-writer-'));
    failing = undefined;
    settled = 0;
    const operations = watchedFileOperations(({ name, path }) => {
      if (name === failing && path.endsWith('.spill')) throw systemError('EIO');
    });
    const budget = new DiskBudget({ totalBytes: 1e9, minFreeBytes: 0, freeBytes: async () => 1e9 });
    disk = await DiskBuffer.open({ directory: join(directory, 'drain'), limitBytes: 1e6, budget, operations });
    memory = new MemoryBudget(4 * PART_BYTES);
    memory.join();
    writer = new SpillWriter(
      disk,
      'drop_oldest',
      memory,
      () => 0,
      () => 0,
    );
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  function push(count: number): void {
    const acknowledgement = { settle: () => (settled += 1) };
    for (let n = 0; n < count; n += 1) {
      writer.push(new QueuedPacket(Buffer.from(`line ${n}`), 1, acknowledgement), () => undefined);
    }
  }

  it('where the memory of all is exhausted, asks to hold back after a little, until that is written', async () => {
    const packet = new QueuedPacket(Buffer.alloc(PART_BYTES / 4), 1);
    expect(writer.push(packet, () => undefined)).toBe('accepted');
    memory.add(4 * PART_BYTES);
    await writer.push(packet, () => undefined);
    expect(writer.length).toBe(0);
    memory.add(-4 * PART_BYTES);
    expect(writer.push(packet, () => undefined)).toBe('accepted');
    await writer.write();
    await disk.close();
  });

  it('drops nothing while writing fails, and writes once it works again', async () => {
    push(10);
    await writer.write();
    failing = 'write';
    push(10);
    await writer.write();
    expect(writer.failure).toMatchObject({ code: 'EIO' });
    expect(writer.length).toBe(10);
    expect(disk.losses.dropped).toBe(0);
    failing = undefined;
    await writer.write();
    await writer.sync();
    expect(settled).toBe(20);
    expect(disk.unread).toBe(20);
    await disk.close();
  });

  it('what is under way and could not be written is held on to, in front of all that came later', async () => {
    const packets = [0, 1, 2].map(
      (n) => new QueuedPacket(Buffer.from(`line ${n}`), 1, { settle: () => (settled += 1) }),
    );
    const kept: (readonly [QueuedPacket, number])[] = [];
    failing = 'write';
    writer.hold({
      packets,
      keep: (written, from) => kept.push(...written.map((packet, index) => [packet, from + index] as const)),
    });
    push(2);
    await writer.write();
    expect(kept).toEqual([]);
    expect(writer.isHolding).toBe(true);
    if (packets[0]) packets[0].isDone = true;
    failing = undefined;
    await writer.write();
    await writer.sync();
    expect(kept).toEqual([
      [packets[1], 0],
      [packets[2], 1],
    ]);
    expect(settled).toBe(4);
    expect((await disk.read(1_000, 0)).map(({ sequence }) => sequence)).toEqual([2, 3]);
    await disk.close();
  });

  it('what was not flushed is settled only when it is delivered', async () => {
    push(5);
    await writer.write();
    failing = 'fdatasync';
    await writer.sync();
    failing = undefined;
    push(5);
    await writer.write();
    await writer.sync();
    expect(settled).toBe(5);
    writer.settleDelivered(3);
    expect(settled).toBe(8);
    writer.settleDelivered(10);
    expect(settled).toBe(10);
    await disk.close();
  });

  it('a closed buffer takes nothing any more', async () => {
    await disk.close();
    push(1);
    await writer.write();
    expect(writer.failure).toMatchObject({ message: 'The buffer is closed.' });
    expect(settled).toBe(0);
  });
});
