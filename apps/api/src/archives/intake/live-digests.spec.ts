import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { LiveDigests } from './live-digests.js';

const BYTES = Buffer.from('these are the bytes');
const END = { offset: BYTES.length, epoch: 1 };
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

describe('LiveDigests', () => {
  let pool: DigestPool;
  let live: LiveDigests;
  let reads: number;

  beforeEach(() => {
    pool = new DigestPool();
    live = new LiveDigests(pool);
    reads = 0;
  });
  afterEach(() => pool.close());

  async function* stored(): AsyncGenerator<Uint8Array> {
    reads += 1;
    yield BYTES;
  }

  async function keepRunning(): Promise<void> {
    const digest = live.take('upload', 0, 0);
    await digest?.update(BYTES);
    if (digest) live.keep('upload', digest, BYTES.length, 1);
  }

  it('answer without reading what ran along', async () => {
    await keepRunning();
    expect(await live.sha256('upload', END, stored)).toBe(SHA256);
    expect(reads).toBe(0);
  });

  it('read what went on in another process', async () => {
    expect(await live.sha256('upload', END, stored)).toBe(SHA256);
    expect(reads).toBe(1);
  });

  it('read what another process may have written to in between, although as many bytes ran along', async () => {
    await keepRunning();
    expect(await live.sha256('upload', { ...END, epoch: 2 }, stored)).toBe(SHA256);
    expect(reads).toBe(1);
  });

  it('begin with the first writer only: an earlier one elsewhere may still have bytes on their way', () => {
    expect(live.take('upload', 0, 1)).toBeUndefined();
  });

  it('read what was running in a worker that has died, instead of losing an upload whose bytes are all there', async () => {
    await keepRunning();
    await pool.close();
    expect(await live.sha256('upload', END, stored)).toBe(SHA256);
    expect(reads).toBe(1);
  });
});
