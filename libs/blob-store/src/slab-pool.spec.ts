import { describe, expect, it } from '@jest/globals';
import { type Slab, SlabPool, type SlabShare } from './slab-pool.js';

/** An upload as the pool sees it; what it has submitted stays out until `bringBack`. */
class Upload {
  readonly share: SlabShare;
  readonly out: Slab[] = [];
  filling: Slab | undefined;
  flushes = 0;

  constructor(pool: SlabPool) {
    this.share = pool.join(() => {
      this.flushes += 1;
      this.submit();
    });
  }

  async take(): Promise<void> {
    this.filling = await this.share.take();
  }

  submit(): void {
    if (this.filling !== undefined) {
      this.share.submit();
      this.out.push(this.filling);
      this.filling = undefined;
    }
  }

  bringBack(): void {
    const slab = this.out.shift();
    if (slab !== undefined) {
      this.share.release(slab);
    }
  }
}

async function settled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<false>((resolve) => setImmediate(() => resolve(false)))]);
}

describe('SlabPool', () => {
  it('makes slabs only when they are needed, and uses them again', async () => {
    const pool = new SlabPool({ slabs: 4, slabBytes: 16 });
    expect(pool.usage).toEqual({ made: 0, free: 0 });
    const upload = new Upload(pool);
    for (let i = 0; i < 10; i += 1) {
      await upload.take();
      upload.submit();
      upload.bringBack();
    }
    expect(pool.usage).toEqual({ made: 1, free: 1 });
  });

  it('gives one upload no more than its part, although more are free', async () => {
    const pool = new SlabPool({ slabs: 4, slabsPerShare: 2, slabBytes: 16 });
    const upload = new Upload(pool);
    await upload.take();
    upload.submit();
    await upload.take();
    upload.submit();
    const third = upload.take();
    expect(await settled(third)).toBe(false);
    const other = new Upload(pool);
    await other.take();
    upload.bringBack();
    expect(await settled(third)).toBe(true);
  });

  it('serves those who wait in the order in which they came', async () => {
    const pool = new SlabPool({ slabs: 1, slabBytes: 16 });
    const holder = new Upload(pool);
    await holder.take();
    const served: number[] = [];
    const waiting = [1, 2, 3].map(async (n) => {
      const upload = new Upload(pool);
      await upload.take();
      served.push(n);
      upload.submit();
      upload.bringBack();
    });
    holder.submit();
    holder.bringBack();
    await Promise.all(waiting);
    expect(served).toEqual([1, 2, 3]);
  });

  it('is not held up by one that has its full part and waits for its own', async () => {
    const pool = new SlabPool({ slabs: 3, slabsPerShare: 2, slabBytes: 16 });
    const greedy = new Upload(pool);
    const other = new Upload(pool);
    await greedy.take();
    greedy.submit();
    await greedy.take();
    greedy.submit();
    await other.take();
    const greedyThird = greedy.take();
    const late = new Upload(pool);
    const lateFirst = late.take();
    other.submit();
    other.bringBack();
    expect(await settled(lateFirst)).toBe(true);
    expect(await settled(greedyThird)).toBe(false);
  });

  it('has a partly filled slab flushed as soon as somebody waits, the oldest first', async () => {
    const pool = new SlabPool({ slabs: 2, slabBytes: 16 });
    const [first, second, third] = [new Upload(pool), new Upload(pool), new Upload(pool)];
    await first.take();
    first.share.pause();
    await second.take();
    second.share.pause();
    first.share.pause();
    expect([first.flushes, second.flushes]).toEqual([0, 0]);
    const waiting = third.take();
    expect([first.flushes, second.flushes]).toEqual([1, 0]);
    first.bringBack();
    expect(await settled(waiting)).toBe(true);
  });

  it('has a slab flushed that becomes partly filled while somebody waits already', async () => {
    const pool = new SlabPool({ slabs: 1, slabBytes: 16 });
    const [first, second] = [new Upload(pool), new Upload(pool)];
    await first.take();
    const waiting = second.take();
    expect(first.flushes).toBe(0);
    first.share.pause();
    expect(first.flushes).toBe(1);
    first.bringBack();
    expect(await settled(waiting)).toBe(true);
  });
});
