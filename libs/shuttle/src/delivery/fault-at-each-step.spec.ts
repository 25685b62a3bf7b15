import { writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type FileCall,
  systemError,
  watchedFileOperations,
} from '@logs-collector/blob-store/fs/watched-file-operations';
import { DrainQueue } from './drain-queue.js';
import { MemoryBudget } from './memory-budget.js';
import { QueuedPacket } from './queued-packet.js';
import { DiskBudget } from './spill/disk-budget.js';
import { DiskBuffer } from './spill/disk-buffer.js';

const LINES = 260;
const PADDING = 'x'.repeat(80);
/** For about ten packets. */
const MEMORY_BYTES = 14_000;
/** For about ninety. */
const BUFFER_BYTES = 11_000;
/** Looks at nothing that a crash could undo, or is tried again only after a while. */
const READING = new Set(['read', 'lstat', 'fstat', 'readdir', 'close']);
const TURNS = 30;
/** For what has to come, and comes at once where the machine has nothing else to do. */
const LIMIT_MS = 60_000;

/** One drain on a directory, from its opening to the end of its process. */
class Life {
  readonly delivered: number[] = [];
  private readonly underWay: QueuedPacket[] = [];

  private constructor(
    private readonly queue: DrainQueue,
    readonly disk: DiskBuffer,
    private readonly settled: Set<number>,
  ) {}

  static async begin(directory: string, settled: Set<number>, before: (call: FileCall) => void): Promise<Life> {
    const disk = await DiskBuffer.open({
      directory,
      limitBytes: BUFFER_BYTES,
      budget: new DiskBudget({ totalBytes: 1e9, minFreeBytes: 0, freeBytes: async () => 1e9 }),
      operations: watchedFileOperations(before),
    });
    const queue = new DrainQueue({
      disk,
      policy: 'drop_oldest',
      memory: new MemoryBudget(MEMORY_BYTES),
      spillAfterMs: 0,
      now: () => 0,
      lossNotice: () => Buffer.alloc(0),
      onReady: () => undefined,
    });
    return new Life(queue, disk, settled);
  }

  offer(from: number, to: number): void {
    for (let number = from; number < to; number += 1) {
      const acknowledgement = { settle: () => this.settled.add(number) };
      void this.queue.offer(new QueuedPacket(Buffer.from(`${number} ${PADDING}`), 1, acknowledgement));
    }
  }

  /** What fails now is tried again with the next turn, as in a host. */
  tend(): Promise<void> {
    return this.queue.tend().catch(() => undefined);
  }

  /** Has the next packets under way. */
  async take(count: number): Promise<void> {
    this.queue.isFlowing = true;
    for (let turn = 0; count > 0 && turn < TURNS; turn += 1) {
      const packet = this.queue.peek();
      if (packet === undefined) {
        if (this.queue.hasNothingWaiting) return;
        await delay(1);
        continue;
      }
      this.queue.take(packet);
      if (packet.lossCount > 0) this.queue.complete(packet);
      else this.underWay.push(packet);
      count -= 1;
      turn = 0;
    }
  }

  deliver(): void {
    for (const packet of this.underWay.splice(0)) {
      this.delivered.push(Number.parseInt(packet.packet.toString(), 10));
      this.queue.complete(packet);
    }
  }

  refuse(): void {
    for (const packet of this.underWay.splice(0)) this.queue.refuse(packet);
  }

  async loseConnections(): Promise<void> {
    this.underWay.length = 0;
    this.queue.isFlowing = false;
    await this.queue.retreat().catch(() => false);
  }

  /** Has everything under way that there is. */
  async takeAll(): Promise<void> {
    for (const deadline = Date.now() + LIMIT_MS; Date.now() < deadline; ) {
      await this.take(LINES);
      if (this.queue.hasNothingWaiting) return;
    }
  }

  async deliverAll(): Promise<void> {
    const isOpen = () => this.queue.length > 0 || this.settled.size < LINES;
    for (const deadline = Date.now() + LIMIT_MS; isOpen() && Date.now() < deadline; ) {
      await this.take(this.queue.length);
      this.deliver();
      await this.tend();
      await delay(1);
    }
  }
}

/** Memory, disk, both, a full buffer, a receiver that comes and goes and refuses some. */
async function play(life: Life, isOver: () => boolean = () => false): Promise<void> {
  const steps = [
    () => life.offer(0, 5),
    () => life.take(5),
    () => life.offer(5, 60),
    () => life.tend(),
    () => life.deliver(),
    () => life.take(20),
    () => life.offer(60, 90),
    () => life.deliver(),
    () => life.take(10),
    () => life.refuse(),
    () => life.tend(),
    () => life.take(15),
    () => life.loseConnections(),
    () => life.offer(90, 190),
    () => life.tend(),
    () => life.take(30),
    () => life.deliver(),
    () => life.tend(),
    () => life.offer(190, LINES),
    () => life.take(10),
    () => life.loseConnections(),
    () => life.tend(),
    () => life.take(40),
    () => life.deliver(),
    () => life.tend(),
  ];
  for (const step of steps) {
    if (isOver()) return;
    await step();
  }
}

describe('A queue whose file system fails at one step', () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'fault-at-each-step-'));
  });

  afterAll(() => rm(root, { recursive: true }));

  const notIn = (numbers: readonly number[]) => {
    const known = new Set(numbers);
    return (number: number) => !known.has(number);
  };

  function lossesOf({ losses: { dropped, refused, damaged } }: DiskBuffer): number {
    return dropped + refused + damaged;
  }

  /** How many calls the whole play makes; a fault at each of them is tried. */
  async function callsOf(counts: (call: FileCall) => boolean): Promise<number> {
    let calls = 0;
    const directory = await mkdtemp(join(root, 'whole-'));
    const life = await Life.begin(join(directory, 'drain'), new Set(), (call) => {
      if (counts(call)) calls += 1;
    });
    await play(life);
    await life.disk.close();
    return calls;
  }

  it('killed there, in the middle of a write too: what was settled is delivered, on the disk, or counted', async () => {
    const isCounted = ({ name }: FileCall) => !READING.has(name);
    const calls = await callsOf(isCounted);
    expect(calls).toBeGreaterThan(40);
    for (let fatal = 1; fatal <= calls; fatal += 1) {
      const directory = join(await mkdtemp(join(root, 'killed-')), 'drain');
      const settled = new Set<number>();
      let left = fatal;
      const former = await Life.begin(directory, settled, (call) => {
        const wasAlive = left > 0;
        if (wasAlive && isCounted(call)) left -= 1;
        if (left > 0) return;
        if (wasAlive && call.name === 'write') writeHalf(call);
        throw systemError('EIO');
      });
      await play(former, () => left === 0);
      const promised = [...settled];
      const later = await Life.begin(directory, new Set(), () => undefined);
      await later.takeAll();
      later.deliver();
      const missing = promised.filter(notIn([...former.delivered, ...later.delivered]));
      const { damaged } = later.disk.losses;
      const isTold = missing.length <= lossesOf(later.disk);
      expect({ fatal, damaged, isTold, missing: isTold ? [] : missing }).toEqual({
        fatal,
        damaged: 0,
        isTold: true,
        missing: [],
      });
      expect(later.delivered).toEqual(later.delivered.toSorted((a, b) => a - b));
      await later.disk.close();
    }
  });

  it.each(['ENOSPC', 'EIO'])('%s once: everything is settled, and delivered + counted = offered', async (code) => {
    const isCounted = ({ name }: FileCall) => !READING.has(name) && name !== 'open';
    const calls = await callsOf(isCounted);
    for (let failing = 1; failing <= calls; failing += 1) {
      const directory = join(await mkdtemp(join(root, 'failing-')), 'drain');
      const settled = new Set<number>();
      let left = failing;
      const life = await Life.begin(directory, settled, (call) => {
        if (left > 0 && isCounted(call)) {
          left -= 1;
          if (left === 0) throw systemError(code);
        }
      });
      await play(life);
      await life.deliverAll();
      const missing = Array.from({ length: LINES }, (_, number) => number).filter(notIn(life.delivered));
      expect({ failing, settled: settled.size, counted: lossesOf(life.disk) }).toEqual({
        failing,
        settled: LINES,
        counted: missing.length,
      });
      await life.disk.close();
    }
  });
});

/** As a process does that is killed while it writes. */
function writeHalf({ args }: FileCall): void {
  const [fd, bytes, from, length, position] = args as [number, Uint8Array, number, number, number];
  writeSync(fd, bytes, from, Math.floor(length / 2), position);
}
