import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { appendOptions, bytesOf, chunksOf, hexOf, patterned } from '../contract-support.js';
import { DigestPool } from '../digest-pool.js';
import { SlabPool } from '../slab-pool.js';
import { FsBlobStore } from './fs-blob-store.js';

const MIB = 1024 * 1024;
/** Not a whole number of slabs, so that the disk fills up in the middle of one. */
const BALLAST = 2.5 * MIB;

/** A small file system of its own, or why there is none. */
function mountSmall(): { directory: string; problem?: string } {
  const directory = mkdtempSync(join(tmpdir(), 'blob-store-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', directory], { stdio: 'pipe' });
    return { directory };
  } catch (error) {
    return { directory, problem: String(error) };
  }
}

const { directory, problem } = mountSmall();

afterAll(() => {
  if (problem === undefined) {
    execFileSync('umount', [directory]);
  }
  rmSync(directory, { recursive: true });
});

describe('FsBlobStore on a full disk', () => {
  if (problem !== undefined) {
    it('was NOT tried: a small tmpfs cannot be mounted here (needs root)', () => {
      if (process.env.CI) {
        throw new Error(`CI has to run the tests on a full disk: ${problem}`);
      }
    });
    return;
  }

  it('keeps what fitted, says no_space, and goes on from there once there is room', async () => {
    const store = await FsBlobStore.open({ root: join(directory, 'data'), slabs: new SlabPool() });
    const digest = new DigestPool().create('sha256');
    await store.begin('ballast');
    await store.append('ballast', 0, chunksOf(patterned(BALLAST)), appendOptions());

    const bytes = patterned(6 * MIB + 4321);
    await store.begin('partial-1');
    const full = await store.append('partial-1', 0, chunksOf(bytes, [100_000]), appendOptions());
    expect(full).toMatchObject({ interrupted: { reason: 'no_space', cause: { code: 'ENOSPC' } } });
    // To the last page: the slab that did not fit as a whole was written in part.
    expect(full.offset).toBe(8 * MIB - BALLAST);
    expect(
      (await bytesOf(store.readPartial('partial-1', { end: full.offset }))).equals(bytes.subarray(0, full.offset)),
    ).toBe(true);
    expect((await store.space()).freeBytes).toBe(0);
    await expect(store.probe()).rejects.toMatchObject({ code: 'no_space' });
    await expect(store.commit('partial-1', 'blob-0001', '{}', full.offset)).rejects.toMatchObject({ code: 'no_space' });
    expect(await store.partialSize('partial-1')).toBe(full.offset);

    await store.abort('ballast');
    const rest = await store.append(
      'partial-1',
      full.offset,
      chunksOf(bytes.subarray(full.offset)),
      appendOptions({ digests: [digest] }),
    );
    expect(rest).toEqual({ offset: bytes.byteLength });
    expect(await digest.finish()).toBe(hexOf('sha256', bytes.subarray(full.offset)));
    await store.commit('partial-1', 'blob-0001', '{}', bytes.byteLength);
    expect((await bytesOf(store.read('blob-0001'))).equals(bytes)).toBe(true);
  });
});
