import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemError, watchedFileOperations } from '@logs-collector/blob-store/fs/watched-file-operations';
import fc from 'fast-check';
import { DiskBudget } from './disk-budget.js';
import { DiskBuffer, type DiskBufferOptions } from './disk-buffer.js';
import { HEADER_BYTES } from './record-codec.js';

const TEXT_BYTES = 16;
const RECORD_BYTES = HEADER_BYTES + TEXT_BYTES;

let root: string;
let turn = 0;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'drain-buffer-'));
});

afterAll(() => rmSync(root, { recursive: true }));

function freshDirectory(): string {
  turn += 1;
  return mkdtempSync(join(root, `${turn}-`));
}

function unlimited(): DiskBudget {
  return new DiskBudget({ totalBytes: 1e12, minFreeBytes: 0, freeBytes: async () => 1e12 });
}

function open(directory: string, options: Partial<DiskBufferOptions> = {}): Promise<DiskBuffer> {
  return DiskBuffer.open({ directory, limitBytes: 16 * 1024 * 1024, budget: unlimited(), ...options });
}

/** The lines from `first` on; each is 16 bytes. */
function lines(first: number, count: number): { key: number; packet: Buffer }[] {
  return Array.from({ length: count }, (_, index) => ({
    key: first + index,
    packet: Buffer.from(`line ${String(first + index).padStart(11)}`),
  }));
}

async function readAll(buffer: DiskBuffer, maxBytes = 200): Promise<number[]> {
  const found: number[] = [];
  for (;;) {
    const records = await buffer.read(maxBytes, 0);
    if (records.length === 0) return found;
    for (const { packet, key } of records) {
      expect(packet.toString()).toBe(`line ${String(key).padStart(11)}`);
      found.push(key);
    }
  }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

function segmentsOf(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.spill'))
    .sort()
    .map((name) => join(directory, name));
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x20;
  writeFileSync(path, bytes);
}

describe('DiskBuffer (what a drain cannot take yet)', () => {
  it('gives back in order what was appended, across segments', async () => {
    const buffer = await open(freshDirectory(), { limitBytes: 200 * RECORD_BYTES });
    await buffer.append(lines(0, 60));
    expect(await readAll(buffer)).toEqual(numbers(0, 60));
    await buffer.append(lines(60, 60));
    expect(buffer.unread).toBe(60);
    expect(await readAll(buffer)).toEqual(numbers(60, 120));
    await buffer.close();
  });

  it('gives a later process what was not delivered, and removes what was', async () => {
    const directory = freshDirectory();
    const buffer = await open(directory, { limitBytes: 200 * RECORD_BYTES });
    await buffer.append(lines(0, 100));
    await readAll(buffer);
    await buffer.release(70);
    await buffer.close();
    const later = await open(directory);
    expect(later.unread).toBe(30);
    expect(await readAll(later)).toEqual(numbers(70, 100));
    await later.release(100);
    expect(segmentsOf(directory)).toEqual([]);
    expect(later.bytes).toBe(0);
    await later.close();
  });

  it('a record larger than what is read at once comes whole', async () => {
    const buffer = await open(freshDirectory());
    await buffer.append([{ key: 1, packet: Buffer.alloc(100_000, 'x') }, ...lines(2, 1)]);
    const [large] = await buffer.read(200, 0);
    expect(large?.packet.byteLength).toBe(100_000);
    expect(await readAll(buffer)).toEqual([2]);
    await buffer.close();
  });

  it('torn tail: cuts what a crash left unfinished, whichever byte it stopped at', async () => {
    const directory = freshDirectory();
    const buffer = await open(directory);
    await buffer.append(lines(0, 3));
    await buffer.sync();
    await buffer.append(lines(3, 2));
    for (let bytes = 3 * RECORD_BYTES; bytes <= 5 * RECORD_BYTES; bytes += 1) {
      const copy = freshDirectory();
      cpSync(directory, copy, { recursive: true });
      truncateSync(segmentsOf(copy)[0] ?? '', bytes);
      const later = await open(copy);
      expect(await readAll(later)).toEqual(numbers(0, Math.floor(bytes / RECORD_BYTES)));
      expect(later.losses.damaged).toBe(0);
      await later.append(lines(90, 1));
      expect(await readAll(later)).toEqual([90]);
      await later.close();
    }
    await buffer.close();
  });

  it('bit flip: whichever byte changed, exactly one record is skipped and counted', async () => {
    const directory = freshDirectory();
    const buffer = await open(directory);
    await buffer.append(lines(0, 4));
    await buffer.close();
    for (let at = 0; at < 4 * RECORD_BYTES; at += 1) {
      const copy = freshDirectory();
      cpSync(directory, copy, { recursive: true });
      flip(segmentsOf(copy)[0] ?? '', at);
      const later = await open(copy);
      const damaged = Math.floor(at / RECORD_BYTES);
      expect(await readAll(later)).toEqual(numbers(0, 4).filter((number) => number !== damaged));
      expect(later.losses.damaged).toBe(1);
      await later.close();
    }
  });

  it('flushed records that are gone from the end are counted', async () => {
    const directory = freshDirectory();
    const buffer = await open(directory);
    await buffer.append(lines(0, 10));
    await buffer.sync();
    truncateSync(segmentsOf(directory)[0] ?? '', 6 * RECORD_BYTES + 5);
    const later = await open(directory);
    expect(await readAll(later)).toEqual(numbers(0, 6));
    expect(later.losses.damaged).toBe(4);
    await later.close();
    await buffer.close();
  });

  it('stale ledger: records come twice, and none is lost', async () => {
    const directory = freshDirectory();
    const buffer = await open(directory);
    await buffer.append(lines(0, 10));
    await buffer.sync();
    copyFileSync(join(directory, 'ledger'), join(root, 'stale'));
    await readAll(buffer);
    await buffer.release(5);
    await buffer.close();
    copyFileSync(join(root, 'stale'), join(directory, 'ledger'));
    const later = await open(directory);
    expect(await readAll(later)).toEqual(numbers(0, 10));
    await later.close();
  });

  it('a ledger of which either slot is torn, or which is gone, loses nothing', async () => {
    const directory = freshDirectory();
    const buffer = await open(directory);
    await buffer.append(lines(0, 10));
    await buffer.sync();
    await buffer.close();
    for (const damage of [
      (path: string) => flip(path, 20),
      (path: string) => flip(path, 100),
      (path: string) => rmSync(path),
    ]) {
      const copy = freshDirectory();
      cpSync(directory, copy, { recursive: true });
      damage(join(copy, 'ledger'));
      const later = await open(copy);
      expect(await readAll(later)).toEqual(numbers(0, 10));
      await later.close();
    }
  });

  it('full: refuses what does not fit, and drop_oldest makes room by the oldest unread records, counted exactly', async () => {
    const buffer = await open(freshDirectory(), { limitBytes: 64 * RECORD_BYTES });
    let appended = 0;
    for (let range = { from: 0, to: 1 }; range.to > range.from; appended = range.to)
      range = await buffer.append(lines(appended, 1));
    // The rest of the 64 is what closes each segment.
    expect(appended).toBe(56);
    expect(await buffer.dropOldest(1_000)).toEqual({ from: 0, to: 4 });
    expect(await buffer.dropOldest(2_000)).toEqual({ from: 4, to: 8 });
    expect(buffer.losses).toMatchObject({ dropped: 8, noticed: 0, lostSinceMs: 1_000 });
    await buffer.append(lines(appended, 1));
    expect(await readAll(buffer)).toEqual(numbers(8, appended + 1));
    await buffer.close();
  });

  it('drop_oldest keeps what was read already and drops the rest of that segment', async () => {
    const directory = freshDirectory();
    const buffer = await open(directory, { limitBytes: 160 * RECORD_BYTES });
    await buffer.append(lines(0, 10));
    expect((await buffer.read(3 * RECORD_BYTES, 0)).length).toBe(3);
    expect(await buffer.dropOldest(0)).toEqual({ from: 3, to: 10 });
    expect(await buffer.dropOldest(0)).toBeUndefined();
    await buffer.append(lines(10, 2));
    await buffer.close();
    const later = await open(directory);
    expect(await readAll(later)).toEqual([0, 1, 2, 10, 11]);
    expect(later.losses).toMatchObject({ dropped: 7, damaged: 0 });
    await later.close();
  });

  it('the buffers of all drains share one budget, and a volume with too little room takes nothing', async () => {
    const budget = new DiskBudget({ totalBytes: 10 * RECORD_BYTES, minFreeBytes: 0, freeBytes: async () => 1e9 });
    const one = await open(freshDirectory(), { budget });
    const other = await open(freshDirectory(), { budget });
    expect(await one.append(lines(0, 8))).toEqual({ from: 0, to: 8 });
    expect(await other.append(lines(0, 8))).toEqual({ from: 0, to: 0 });
    await readAll(one);
    await one.release(8);
    expect(budget.usedBytes).toBe(0);
    expect(await other.append(lines(0, 8))).toEqual({ from: 0, to: 8 });
    await one.close();
    await other.close();

    const crowded = new DiskBudget({ totalBytes: 1e9, minFreeBytes: 1e6, freeBytes: async () => 1e6 + 100 });
    const third = await open(freshDirectory(), { budget: crowded });
    expect(await third.append(lines(0, 8))).toEqual({ from: 0, to: 0 });
    await third.close();
  });

  it('ENOSPC in the middle of a write leaves nothing half, and goes on once there is room', async () => {
    let isFull = false;
    const directory = freshDirectory();
    const operations = watchedFileOperations(({ name, path }) => {
      if (isFull && name === 'write' && path.endsWith('.spill')) {
        // Some of it did get there.
        truncateSync(path, statSync(path).size + 7);
        throw systemError('ENOSPC');
      }
    });
    const buffer = await open(directory, { operations });
    await buffer.append(lines(0, 3));
    isFull = true;
    expect(await buffer.append(lines(3, 3))).toEqual({ from: 3, to: 3 });
    isFull = false;
    expect(await buffer.append(lines(3, 3))).toEqual({ from: 3, to: 6 });
    expect(await readAll(buffer)).toEqual(numbers(0, 6));
    await buffer.close();
  });

  it('a flush that failed never makes those records durable, whatever later flushes say', async () => {
    let failing = false;
    const operations = watchedFileOperations(({ name, path }) => {
      if (failing && name === 'fdatasync' && path.endsWith('.spill')) throw systemError('EIO');
    });
    const buffer = await open(freshDirectory(), { operations });
    await buffer.append(lines(0, 3));
    failing = true;
    await expect(buffer.sync()).rejects.toThrow('EIO');
    failing = false;
    await buffer.append(lines(3, 2));
    expect(await buffer.sync()).toEqual({ from: 3, to: 5 });
    expect(await readAll(buffer)).toEqual(numbers(0, 5));
    await buffer.close();
  });

  it('agrees with a simple model under random appends, flushes, deliveries, drops and crashes at any byte', async () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 12 }) }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('sync' as const) }) },
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant('read' as const), bytes: fc.integer({ min: 1, max: 400 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('release' as const),
          share: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const) }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('crash' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        let directory = freshDirectory();
        const options = { limitBytes: 160 * RECORD_BYTES };
        let buffer = await open(directory, options);
        // The model: which numbers are kept, in order; how many of them were read; up to where they are durable.
        let kept: number[] = [];
        let released: number[] = [];
        let read = 0;
        let durable = 0;
        let next = 0;
        let dropped = 0;
        let durableBytes = new Map<string, number>();
        for (const action of steps) {
          if (action.do === 'append') {
            const before = next;
            const { from, to } = await buffer.append(lines(next, action.count));
            next += to - from;
            kept.push(...numbers(before, next));
          } else if (action.do === 'sync') {
            await buffer.sync();
            released = [];
            durable = next;
            durableBytes = new Map(segmentsOf(directory).map((path) => [path, statSync(path).size]));
          } else if (action.do === 'read') {
            const records = await buffer.read(action.bytes, 0);
            expect(records.map(({ key }) => key)).toEqual(kept.slice(read, read + records.length));
            expect(records.length > 0 || read === kept.length).toBe(true);
            read += records.length;
          } else if (action.do === 'release' && read > 0) {
            const count = Math.ceil(read * action.share);
            await buffer.release(sequenceAfter(kept, count));
            released.push(...kept.slice(0, count));
            kept = kept.slice(count);
            read -= count;
          } else if (action.do === 'drop') {
            const range = await buffer.dropOldest(0);
            const gone = range ? range.to - range.from : 0;
            expect(gone > 0 || read === kept.length).toBe(true);
            kept.splice(read, gone);
            dropped += gone;
          } else if (action.do === 'crash') {
            const copy = freshDirectory();
            cpSync(directory, copy, { recursive: true });
            const last = segmentsOf(copy).at(-1);
            if (last !== undefined) {
              const { size } = statSync(last);
              const safe = Math.min(size, durableBytes.get(last.replace(copy, directory)) ?? 0);
              truncateSync(last, safe + Math.round((size - safe) * action.at));
            }
            await buffer.close();
            directory = copy;
            buffer = await open(directory, options);
            read = 0;
            const survivors = await readAll(buffer);
            // In order and without a hole; everything durable is there, and what was delivered since may come again.
            const all = [...released, ...kept];
            const start = Math.max(0, all.indexOf(survivors[0] ?? -1));
            expect(survivors).toEqual(all.slice(start, start + survivors.length));
            expect(start).toBeLessThanOrEqual(released.length);
            expect(kept.filter((number) => number < durable && !survivors.includes(number))).toEqual([]);
            expect(buffer.losses).toMatchObject({ dropped, damaged: 0 });
            kept = survivors;
            released = [];
            // Numbers are sequences, in the model as in the buffer.
            const { from } = await buffer.append([]);
            next = from;
            await buffer.close();
            buffer = await open(directory, options);
            durableBytes = new Map(
              segmentsOf(directory).map((path) => [path, existsSync(path) ? statSync(path).size : 0]),
            );
            durable = next;
          }
        }
        expect(await readAll(buffer)).toEqual(kept.slice(read));
        await buffer.close();
      }),
      { numRuns: process.env.TEST_LARGE ? 2_000 : 60 },
    );
  });
});

/** The sequence below which the first `count` of them lie. */
function sequenceAfter(kept: readonly number[], count: number): number {
  const last = kept[count - 1];
  return last === undefined ? 0 : last + 1;
}
