import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemError, watchedFileOperations } from '@logs-collector/blob-store/fs/watched-file-operations';
import { DiskBudget } from './disk-budget.js';
import { DiskBuffer, type UnwrittenRecord } from './disk-buffer.js';

function lines(first: number, count: number): UnwrittenRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    key: first + index,
    packet: Buffer.from(`line ${first + index}`),
  }));
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

async function readAll(buffer: DiskBuffer): Promise<number[]> {
  const found: number[] = [];
  for (;;) {
    const records = await buffer.read(1_000, 0);
    if (records.length === 0) return found;
    found.push(...records.map(({ key }) => key));
  }
}

describe('DiskBuffer on a disk that fails', () => {
  let directory: string;
  /** Calls on segments that fail. */
  const failing = new Set<string>();
  /** Bytes of a segment below this cannot be read. */
  let unreadableBelow = 0;
  let flushed: string[];
  let buffer: DiskBuffer;

  function open(): Promise<DiskBuffer> {
    const operations = watchedFileOperations(({ name, path, args }) => {
      if (!path.endsWith('.spill')) return;
      if (failing.has(name) || (name === 'read' && Number(args[2]) < unreadableBelow)) throw systemError('EIO');
      if (name === 'fdatasync') flushed.push(path);
    });
    const budget = new DiskBudget({ totalBytes: 1e12, minFreeBytes: 0, freeBytes: async () => 1e12 });
    return DiskBuffer.open({ directory, limitBytes: 16 * 1024 * 1024, budget, operations });
  }

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'disk-faults-'));
    failing.clear();
    unreadableBelow = 0;
    flushed = [];
    buffer = await open();
  });

  afterEach(async () => {
    await buffer.close();
    rmSync(directory, { recursive: true });
  });

  it('a write and its repair that both fail acknowledge nothing before a flush', async () => {
    await buffer.append(lines(0, 5));
    failing.add('write').add('ftruncate');
    await buffer.append(lines(5, 5));
    failing.clear();
    expect(await buffer.sync()).toEqual({ from: 0, to: 5 });
    expect(flushed).toEqual(
      readdirSync(directory)
        .filter((name) => name !== 'ledger')
        .map((name) => join(directory, name)),
    );
    await buffer.append(lines(5, 5));
    await buffer.sync();
    expect(await readAll(buffer)).toEqual(numbers(0, 10));
    await buffer.close();
    buffer = await open();
    expect(await readAll(buffer)).toEqual(numbers(0, 10));
  });

  it('what cannot be read is passed over bit by bit and counted, and the rest is read', async () => {
    await buffer.append(lines(0, 5_000));
    unreadableBelow = 50_000;
    await expect(buffer.read(1_000, 7)).rejects.toMatchObject({ code: 'EIO' });
    await buffer.skipUnreadable(7);
    const found = await readAll(buffer);
    expect(found.length).toBeGreaterThan(2_500);
    expect(found).toEqual(numbers(5_000 - found.length, 5_000));
    expect(buffer.losses).toMatchObject({ damaged: 5_000 - found.length });
  });

  it('a segment of which nothing can be read is counted as a whole, once', async () => {
    await buffer.append(lines(0, 5_000));
    failing.add('open');
    for (let turn = 0; turn < 10; turn += 1) await buffer.skipUnreadable(7);
    expect(buffer.unread).toBe(0);
    expect(buffer.losses).toMatchObject({ damaged: 5_000, droppedSinceMs: 7 });
  });

  it('read again from the start, it gives everything that was not delivered, and counts no damage twice', async () => {
    await buffer.append(lines(0, 100));
    await readAll(buffer);
    await buffer.release(40);
    await buffer.rewind();
    expect(buffer.unread).toBe(60);
    expect(await readAll(buffer)).toEqual(numbers(40, 100));
  });
});
