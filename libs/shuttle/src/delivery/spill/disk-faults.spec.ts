import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type FileCall,
  systemError,
  watchedFileOperations,
} from '@logs-collector/blob-store/fs/watched-file-operations';
import { DiskBudget } from './disk-budget.js';
import { DiskBuffer, type UnwrittenRecord } from './disk-buffer.js';

function lines(first: number, count: number): UnwrittenRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    key: first + index,
    packet: Buffer.from(`line ${String(first + index).padStart(6)}`),
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

  function open(watch: (call: FileCall) => void = () => undefined): Promise<DiskBuffer> {
    const operations = watchedFileOperations((call) => {
      const { name, path, args } = call;
      watch(call);
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
    expect(flushed).toEqual(segmentsIn(directory));
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
    expect(buffer.losses).toMatchObject({ damaged: 5_000, lostSinceMs: 7 });
  });

  it('read again from the start, it gives everything that was not delivered, and counts no damage twice', async () => {
    await buffer.append(lines(0, 100));
    await readAll(buffer);
    await buffer.release(40);
    await buffer.rewind(40);
    expect(buffer.unread).toBe(60);
    expect(await readAll(buffer)).toEqual(numbers(40, 100));
  });

  it('what was delivered is on the disk before its file goes: after a power failure it is not taken for damage', async () => {
    const steps: string[] = [];
    await buffer.close();
    buffer = await open(({ name, path }) => {
      if (['fdatasync', 'unlink'].includes(name)) steps.push(`${name} ${extname(path) || basename(path)}`);
    });
    await buffer.append(lines(0, 10));
    await readAll(buffer);
    steps.length = 0;
    await buffer.release(10);
    expect(steps).toEqual(['fdatasync .spill', 'fdatasync ledger', 'unlink .spill']);
  });

  it('a ledger that could not be written is written again at the same place: the other counts stay whole', async () => {
    const places: unknown[] = [];
    let isFailing = false;
    await buffer.close();
    buffer = await open(({ name, path, args }) => {
      if (name !== 'write' || !path.endsWith('ledger')) return;
      places.push(args[4]);
      if (isFailing) throw systemError('EIO');
    });
    await buffer.addDropped(1, 0);
    places.length = 0;
    isFailing = true;
    await expect(buffer.addDropped(1, 0)).rejects.toMatchObject({ code: 'EIO' });
    isFailing = false;
    await buffer.addDropped(1, 0);
    expect(places[1]).toBe(places[0]);
    expect(buffer.losses.dropped).toBe(2);
  });

  it('a segment that became shorter under a running process: what is gone is counted, and the rest is read', async () => {
    await buffer.append(lines(0, 100));
    const [path = ''] = segmentsIn(directory);
    truncateSync(path, 60 * bytesOf(buffer, 100));
    expect(await readAll(buffer)).toEqual(numbers(0, 60));
    expect(buffer.losses).toMatchObject({ damaged: 40 });
    await buffer.append(lines(100, 1));
    expect(await readAll(buffer)).toEqual([100]);
  });

  it('a whole record in the place of another is damage: nothing behind it is lost, and nothing comes twice', async () => {
    await buffer.append(lines(0, 100));
    const [path = ''] = segmentsIn(directory);
    const size = bytesOf(buffer, 100);
    const bytes = readFileSync(path);
    // As a file system does that brings an old block back.
    bytes.copyWithin(50 * size, 20 * size, 22 * size);
    writeFileSync(path, bytes);
    const kept = numbers(0, 100).filter((number) => number < 50 || number >= 52);
    expect(await readAll(buffer)).toEqual(kept);
    expect(buffer.losses).toMatchObject({ damaged: 2 });
    await buffer.close();
    buffer = await open();
    expect(await readAll(buffer)).toEqual(kept);
  });
});

function segmentsIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.spill'))
    .map((name) => join(directory, name));
}

/** Of one record, where all `count` of the buffer are equally long. */
function bytesOf(buffer: DiskBuffer, count: number): number {
  return buffer.bytes / count;
}
