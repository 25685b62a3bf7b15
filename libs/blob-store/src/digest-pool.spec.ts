import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hexOf } from './contract-support.js';
import { DigestPool } from './digest-pool.js';
import { feedDigest } from './feed-digest.js';

describe('DigestPool', () => {
  let pools: DigestPool[] = [];
  afterEach(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    pools = [];
  });

  function poolOf(options: ConstructorParameters<typeof DigestPool>[0] = {}): DigestPool {
    const pool = new DigestPool(options);
    pools.push(pool);
    return pool;
  }

  it('proves that it works', async () => {
    await poolOf().probe();
  });

  it('computes what node:crypto computes, over any chunks, on shared memory and off it', async () => {
    const pool = poolOf();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('sha256' as const, 'sha1' as const),
        fc.array(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.boolean()), { maxLength: 12 }),
        async (algorithm, chunks) => {
          const digest = pool.create(algorithm);
          for (const [chunk, shared] of chunks) {
            const bytes = shared ? new Uint8Array(new SharedArrayBuffer(chunk.byteLength)) : chunk;
            bytes.set(chunk);
            await digest.update(bytes);
          }
          const whole = Buffer.concat(chunks.map(([chunk]) => chunk));
          expect(digest.bytes).toBe(whole.byteLength);
          expect(await digest.finish()).toBe(hexOf(algorithm, whole));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes a small Buffer’s own bytes and leaves the memory it shares with others usable', async () => {
    const digest = poolOf().create('sha256');
    const small = Buffer.from('abc');
    const neighbour = Buffer.from('def');
    await digest.update(small);
    expect([small.toString(), neighbour.toString()]).toEqual(['abc', 'def']);
    expect(await digest.finish()).toBe(hexOf('sha256', small));
  });

  it('forks into independent digests', async () => {
    const digest = poolOf().create('sha256');
    void digest.update(Buffer.from('ab'));
    const forked = digest.fork();
    void digest.update(Buffer.from('X'));
    const fork = await forked;
    expect([digest.bytes, fork.bytes]).toEqual([3, 2]);
    digest.dispose();
    await fork.update(Buffer.from('c'));
    expect(await fork.finish()).toBe(hexOf('sha256', Buffer.from('abc')));
  });

  it('refuses to be used after finish or dispose, and disposes as often as one likes', async () => {
    const pool = poolOf();
    const [finished, disposed] = [pool.create('sha256'), pool.create('sha1')];
    await finished.finish();
    disposed.dispose();
    for (const digest of [finished, disposed]) {
      digest.dispose();
      digest.dispose();
      await digest.update(Buffer.from('x'));
      expect(digest.bytes).toBe(0);
      await expect(digest.finish()).rejects.toThrow('finished or disposed');
      await expect(digest.fork()).rejects.toThrow('finished or disposed');
    }
  });

  it('does not keep what a source that failed has left in a worker', async () => {
    const digest = poolOf().create('sha256');
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('abc');
      throw new Error('the disk is gone');
    };
    await expect(feedDigest(digest, source())).rejects.toThrow('the disk is gone');
    await expect(digest.finish()).rejects.toThrow('finished or disposed');
  });

  it('spreads digests over several workers', async () => {
    const pool = poolOf({ workers: 3 });
    const running = Array.from({ length: 10 }, () => pool.create('sha256'));
    await Promise.all(running.map((digest, i) => digest.update(Buffer.from(`${i}`))));
    const hex = await Promise.all(running.map((digest) => digest.finish()));
    expect(hex).toEqual(running.map((_, i) => hexOf('sha256', Buffer.from(`${i}`))));
  });

  it('gives no digest that lacks bytes: an update that failed in the worker fails the digest', async () => {
    const refusing = `
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ kind, ticket }) => {
        parentPort.postMessage(kind === 'update' ? { ticket, error: 'refused' } : { ticket, hex: '00' });
      });`;
    const pool = poolOf({ workerUrl: new URL(`data:text/javascript,${encodeURIComponent(refusing)}`) });
    const digest = pool.create('sha256');
    void digest.update(Buffer.from('abc'));
    await expect(digest.finish()).rejects.toMatchObject({
      message: 'the digest failed',
      cause: { message: 'refused' },
    });
    await expect(pool.probe()).rejects.toThrow('the digest failed');
  });

  describe('when a worker dies', () => {
    let directory: string;
    let fragile: URL;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'digest-pool-'));
      const file = join(directory, 'fragile-worker.mjs');
      const worker = new URL('./digest-worker.ts', import.meta.url);
      // The real worker, except that thirteen bytes kill it.
      await writeFile(
        file,
        `import { parentPort } from 'node:worker_threads';
         parentPort.on('message', ({ bytes }) => { if (bytes?.length === 13) throw new Error('thirteen'); });
         await import(${JSON.stringify(worker.href)});`,
      );
      fragile = pathToFileURL(file);
    });
    afterEach(() => rm(directory, { recursive: true }));

    it('fails its digests, gives the bytes back, and starts another for the next digest', async () => {
      const pool = poolOf({ workerUrl: fragile });
      const [killed, bystander] = [pool.create('sha256'), pool.create('sha256')];
      await bystander.update(Buffer.from('abc'));
      await killed.update(Buffer.alloc(13));
      await expect(killed.finish()).rejects.toMatchObject({
        message: 'the digest failed',
        cause: { message: 'the digest worker failed', cause: { message: 'thirteen' } },
      });
      await bystander.update(Buffer.from('abc'));
      await expect(bystander.fork()).rejects.toThrow('the digest failed');
      await expect(bystander.finish()).rejects.toThrow('the digest failed');
      bystander.dispose();

      await pool.probe();
    });

    it('also fails a digest that waits for its end, and no answer is owed for ever', async () => {
      const pool = poolOf({ workerUrl: fragile });
      const digest = pool.create('sha256');
      const update = digest.update(Buffer.alloc(13));
      await expect(digest.finish()).rejects.toThrow('the digest failed');
      await update;
    });

    it('says so when the worker cannot even be started', async () => {
      const pool = poolOf({ workerUrl: pathToFileURL(join(directory, 'absent.mjs')) });
      await expect(pool.probe()).rejects.toThrow();
      await expect(pool.probe()).rejects.toThrow();
    });

    it('fails what runs when the pool is closed', async () => {
      const pool = poolOf();
      const digest = pool.create('sha256');
      await pool.close();
      await digest.update(Buffer.from('x'));
      await expect(digest.finish()).rejects.toMatchObject({ cause: { message: 'the digest pool was closed' } });
    });
  });
});
